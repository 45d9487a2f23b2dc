/** The three ways in which an alertmanager.yml writes conditions: `matchers`, `match` and `match_re`. */
import { createMatcher, type Matcher, type MatcherDialect, MatcherError, parseMatchersAs } from '../alert/matcher.ts'
import type { ConfigPath } from '../config/config-fault.ts'
import { PatternError } from '../lib/pattern.ts'
import type { Reader } from './reader.ts'

/** What the keys are called: with the prefix `source_` or `target_` in inhibition rules. */
type MatcherKeys = { readonly path: ConfigPath; readonly prefix?: string; readonly dialect: MatcherDialect }

/** Reads all conditions of a mapping; those that cannot be read are findings, and left out. */
export function readMatchers(reader: Reader, { path, prefix = '', dialect }: MatcherKeys): readonly Matcher[] {
  const attempt = (at: ConfigPath, read: () => readonly Matcher[]): readonly Matcher[] => {
    try {
      return read()
    } catch (error) {
      const place = error instanceof MatcherError ? ` at column ${error.position + 1} of the matcher` : ''
      if (!(error instanceof MatcherError || error instanceof PatternError)) throw error
      reader.findings.push({ severity: 'fault', path: at, found: `${error.found}${place}`, expected: error.expected })
      return []
    }
  }
  const [equal, pattern, list] = [
    [...path, `${prefix}match`],
    [...path, `${prefix}match_re`],
    [...path, `${prefix}matchers`],
  ]
  return [
    ...reader.pairs(equal).map(([name, value]) => createMatcher(name, '=', value)),
    ...reader
      .pairs(pattern)
      .flatMap(([name, value]) => attempt([...pattern, name], () => [createMatcher(name, '=~', value)])),
    ...reader.entries(list).flatMap((entry) => {
      const text = reader.text(entry)
      return text === undefined ? [] : attempt(entry, () => parseMatchersAs(dialect, text))
    }),
  ]
}
