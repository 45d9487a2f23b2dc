/** Holding: whether matchers as they are written hold for a label set. */
import { type Matcher, matches, parseMatchers } from '../../alert/matcher.ts'

type Labels = Readonly<Record<string, string>>

// Matchers are compiled once per list: configuration and runbooks are frozen values that are asked again and again.
const compiled = new WeakMap<readonly string[], readonly Matcher[]>()

const compile = (texts: readonly string[]): readonly Matcher[] => {
  const matchers = compiled.get(texts) ?? parseMatchers(texts)
  compiled.set(texts, matchers)
  return matchers
}

/** Whether all matchers of a list hold; the list must never change. */
export function holds(texts: readonly string[], labels: Labels): boolean {
  return matches(compile(texts), labels)
}

/** How many matchers a list has: a text may hold several. The list must never change. */
export function countMatchers(texts: readonly string[]): number {
  return compile(texts).length
}
