/** What author code may answer before it is looked at as actions: the same words in the engine and in an author's tests. */

/** Says why an answer of `when` is none; `null` for true and false. */
export function explainCondition(answer: unknown): string | null {
  return typeof answer === 'boolean' ? null : `when returned ${typeName(answer)}, expected true or false`
}

/** Says why what `plan` returned can be no actions; `null` where it has to be looked at. */
export function explainPromise(planned: unknown): string | null {
  if (!(planned instanceof Promise)) return null
  return 'plan returned a promise, expected actions: plan looks and returns, it waits for nothing'
}

function typeName(answer: unknown): string {
  return answer instanceof Promise ? 'a promise' : answer === null ? 'null' : typeof answer
}
