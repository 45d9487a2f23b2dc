/** What stands in place of a function, as `{ [functionMark]: true }`, when a value that holds code is looked at as plain data. */
export const functionMark = '~function'
