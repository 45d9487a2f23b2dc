/** The formats of values in the configuration: how each is checked, and what is said of a value that fails. */
import { parseLabelTemplate, TemplateError } from '../alert/label-template.ts'
import { MatcherError, parseMatchers } from '../alert/matcher.ts'
import { BudgetError, parseBudget } from '../guard/parse-budget.ts'
import { isScope, scopeExpectation } from '../guard/pause.ts'
import { isZone } from '../guard/zoned-time.ts'
import { DurationError, parseDuration } from '../lib/duration.ts'
import { parseInstant } from '../lib/rfc3339.ts'
import { parseSize } from './size.ts'
import { parseTimeOfDay } from './time-of-day.ts'

/** What is wrong with a value; `found` only where a part of the value is meant. */
export type FormatFault = { readonly found?: string; readonly expected: string }

type Format = (text: string) => FormatFault | undefined

/** Timers hold no longer times. */
const longestTimerMs = 24 * 24 * 60 * 60 * 1000

/** All formats by name; each answers what is wrong with a text, or nothing. */
export const formats: Readonly<Record<string, Format>> = {
  duration: (text) => checkDuration(text, 0),
  'positive-duration': (text) => checkDuration(text, 1),
  budget: (text) => caught(() => parseBudget(text)),
  matchers: (text) => caught(() => parseMatchers([text])),
  target: (text) => caught(() => parseLabelTemplate(text)),
  size: (text) => (parseSize(text) === undefined ? { expected: "a size such as '32MiB', at most 1GiB" } : undefined),
  'http-address': (text) => checkAddress(text, { mayHaveQuery: false }),
  'http-address-with-query': (text) => checkAddress(text, { mayHaveQuery: true }),
  'docker-host': (text) =>
    /^(?:unix:\/\/\/[^\0]{1,100}|tcp:\/\/[A-Za-z0-9._-]+:\d{1,5}|tcp:\/\/\[[0-9a-f:.]+\]:\d{1,5})$/i.test(text)
      ? undefined
      : { expected: "'unix:///path/to/socket' or 'tcp://host:port'" },
  scope: (text) => (isScope(text) ? undefined : { expected: scopeExpectation }),
  zone: (text) => (isZone(text) ? undefined : { expected: "a zone of the IANA database, such as 'Europe/Berlin'" }),
  'time-of-day': (text) =>
    parseTimeOfDay(text) === undefined ? { expected: "a time from '00:00' to '24:00', in quotes" } : undefined,
  instant: (text) =>
    parseInstant(text) === undefined ? { expected: "an RFC 3339 time such as '2026-03-01T22:00:00Z'" } : undefined,
  name: (text) =>
    /^[a-z0-9][a-z0-9_.-]{0,62}$/.test(text)
      ? undefined
      : { expected: 'a name of small letters, digits, "_", "." and "-", at most 63' },
}

function checkDuration(text: string, leastMs: number): FormatFault | undefined {
  const fault = caught(() => parseDuration(text))
  if (fault !== undefined) return fault
  const ms = parseDuration(text)
  if (ms < leastMs) return { expected: "a duration above zero, such as '10s'" }
  return ms > longestTimerMs ? { expected: "a duration of at most '24d'" } : undefined
}

function checkAddress(text: string, { mayHaveQuery }: { readonly mayHaveQuery: boolean }): FormatFault | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return { expected: "an address such as 'http://host:9090'" }
  }
  if (url.username !== '' || url.password !== '') {
    return { found: 'credentials within the address', expected: 'them under basic_auth' }
  }
  if (url.hash !== '') return { found: 'a fragment (#) in the address', expected: 'an address without it' }
  const hasQuery = !mayHaveQuery && url.search !== ''
  return hasQuery ? { found: 'a query (?) in the address', expected: 'an address without it' } : undefined
}

function caught(read: () => unknown): FormatFault | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof MatcherError) {
      return { found: `${error.found} at column ${error.position + 1} of the matcher`, expected: error.expected }
    }
    if (error instanceof TemplateError) {
      return { found: `${error.found} at column ${error.position + 1} of the target`, expected: error.expected }
    }
    if (error instanceof DurationError || error instanceof BudgetError) return { expected: error.expected }
    throw error
  }
}
