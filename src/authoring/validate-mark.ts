/** What stands in place of a function, as `{ [functionMark]: true }`, when a value that holds code is looked at as plain data. */
export const functionMark = '~function'

/**
 * A replacer for `JSON.stringify` that marks functions. One that answers with a promise or an iterator is marked by its
 * kind instead of `true`, as an author's functions look at their argument and return.
 */
export function markFunctions(_: string, value: unknown): unknown {
  if (typeof value !== 'function') return value
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return { [functionMark]: kind === 'Function' ? true : kind }
}
