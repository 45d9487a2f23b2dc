/** The inhibition rules of an alertmanager.yml. */
import type { Matcher, MatcherDialect } from '../alert/matcher.ts'
import type { ConfigPath } from '../config/config-fault.ts'
import { readMatchers } from './read-matchers.ts'
import type { Reader } from './reader.ts'

/** While an alert matches `source`, those that match `target` and have the same values of `equal` are not sent. */
export type InhibitRule = {
  readonly path: ConfigPath
  readonly source: readonly Matcher[]
  readonly target: readonly Matcher[]
  readonly equal: readonly string[]
}

/** Reads all rules; what cannot be read becomes a finding of the reader. */
export function readInhibition(reader: Reader, dialect: MatcherDialect): readonly InhibitRule[] {
  return reader.entries(['inhibit_rules']).map((path) => ({
    path,
    source: readMatchers(reader, { path, prefix: 'source_', dialect }),
    target: readMatchers(reader, { path, prefix: 'target_', dialect }),
    equal: reader.texts([...path, 'equal']),
  }))
}
