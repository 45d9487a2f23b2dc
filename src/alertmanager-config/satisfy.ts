/** Labels that fulfil matchers: for saying of a route who ends there, and for an alert that goes its way. */
import { type Matcher, matches } from '../alert/matcher.ts'
import { samplesOf } from './pattern-sample.ts'
import type { Labels } from './route-node.ts'

/** What is known of a label beside its matchers: one value that it has, or `''` for a label that is not there. */
export type Known = (name: string) => string | undefined

/**
 * Labels that fulfil all of the matchers, the others left out; `null` where none were found. A label that is known keeps
 * its value; of the others each is left out where the matchers allow that. Values of regular expressions are guessed,
 * so `null` is no proof that there are none.
 */
export function satisfy(matchers: readonly Matcher[], known: Known = () => undefined): Labels | null {
  const found: [string, string][] = []
  for (const name of new Set(matchers.map((matcher) => matcher.name))) {
    const own = matchers.filter((matcher) => matcher.name === name)
    const value = candidates(own, known(name)).find((candidate) => matches(own, { [name]: candidate }))
    if (value === undefined) return null
    if (value !== '') found.push([name, value])
  }
  return Object.fromEntries(found)
}

function candidates(matchers: readonly Matcher[], known: string | undefined): readonly string[] {
  if (known !== undefined) return [known]
  const written = matchers.flatMap(({ op, value }) => (op === '=~' ? samplesOf(value) : op === '=' ? [value] : []))
  return ['', ...written, 'x', 'selfheal-test', '0']
}
