/** Values of a YAML file whose shape is not known, read one by one; what is not as it should be becomes a finding. */
import type { ConfigPath } from '../config/config-fault.ts'
import { partAt } from '../config/part.ts'
import { DurationError, parseDuration } from '../lib/duration.ts'
import type { Finding } from './finding.ts'

/** Reads the values below a root. Where there is none, or `null`, every method answers `undefined` or nothing. */
export type Reader = {
  readonly findings: Finding[]
  readonly has: (path: ConfigPath) => boolean
  readonly text: (path: ConfigPath) => string | undefined
  readonly texts: (path: ConfigPath) => readonly string[]
  /** A mapping of texts. */
  readonly pairs: (path: ConfigPath) => readonly (readonly [name: string, value: string])[]
  /** YAML 1.1: `yes` and `on` are true as well. */
  readonly flag: (path: ConfigPath) => boolean | undefined
  readonly durationMs: (path: ConfigPath) => number | undefined
  readonly count: (path: ConfigPath) => number | undefined
  /** Paths of the entries of a list. */
  readonly entries: (path: ConfigPath) => readonly ConfigPath[]
}

const trueWords = ['y', 'yes', 'on', 'true']
const falseWords = ['n', 'no', 'off', 'false']

const isAtom = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** Reads the values of a file; findings are collected, not thrown. */
export function createReader(root: unknown): Reader {
  const findings: Finding[] = []
  const fail = (path: ConfigPath, found: string, expected: string): undefined => {
    findings.push({ severity: 'fault', path, found, expected })
  }
  const at = (path: ConfigPath): unknown => partAt(root, path) ?? undefined
  const atom = (path: ConfigPath, expected: string): string | undefined => {
    const value = at(path)
    if (value === undefined) return undefined
    return isAtom(value) ? String(value) : fail(path, Array.isArray(value) ? 'a list' : 'a mapping', expected)
  }
  const entries = (path: ConfigPath): readonly ConfigPath[] => {
    const value = at(path)
    if (value === undefined) return []
    if (Array.isArray(value)) return value.map((_, index) => [...path, index])
    fail(path, isAtom(value) ? 'a single value' : 'a mapping', 'a list')
    return []
  }
  const text = (path: ConfigPath) => atom(path, 'a text')
  return {
    findings,
    has: (path) => at(path) !== undefined,
    text,
    texts: (path) => entries(path).flatMap((entry) => text(entry) ?? []),
    pairs: (path) => {
      const value = at(path)
      if (value === undefined) return []
      if (typeof value !== 'object' || Array.isArray(value)) {
        fail(path, 'something else', 'a mapping')
        return []
      }
      return Object.keys(value ?? {}).flatMap((name) => {
        const part = text([...path, name])
        return part === undefined ? [] : [[name, part] as const]
      })
    },
    flag: (path) => {
      const word = atom(path, 'true or false')?.toLowerCase()
      if (word === undefined) return undefined
      if (trueWords.includes(word)) return true
      return falseWords.includes(word) ? false : fail(path, JSON.stringify(word.slice(0, 50)), 'true or false')
    },
    durationMs: (path) => {
      const word = text(path)
      if (word === undefined) return undefined
      try {
        return parseDuration(word)
      } catch (error) {
        if (!(error instanceof DurationError)) throw error
        return fail(path, error.found, error.expected)
      }
    },
    count: (path) => {
      const word = atom(path, 'a number')
      if (word === undefined) return undefined
      return /^\d{1,15}$/.test(word) ? Number(word) : fail(path, JSON.stringify(word.slice(0, 50)), 'a number from 0')
    },
    entries,
  }
}
