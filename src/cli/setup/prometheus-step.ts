/** Whether Prometheus is there, scrapes as often as selfheal thinks, and has rules that selfheal understands. */
import { readSource } from '../../config/config-source.ts'
import { entriesAt, partAt } from '../../config/part.ts'
import type { Endpoint, Settings } from '../../config/settings.ts'
import { DurationError, formatDuration, parseDuration } from '../../lib/duration.ts'
import { exchange, refusedBy } from '../../lib/http-exchange.ts'
import { parseJsonAnswer } from '../../lib/json-answer.ts'
import type { StepSpec, Tell } from './step.ts'

const longestAnswer = 64 * 1024 * 1024

const ask = async (endpoint: Endpoint, path: string, signal: AbortSignal): Promise<unknown> => {
  const system = { system: 'prometheus', maxBytes: longestAnswer, ...endpoint } as const
  const answer = await exchange(system, { method: 'GET', path }, signal)
  if (answer.status !== 200) throw refusedBy(system, answer.status)
  return partAt(parseJsonAnswer('prometheus', answer.text), ['data'])
}

const textAt = (value: unknown, path: readonly (string | number)[]): string => {
  const text = partAt(value, path)
  return typeof text === 'string' ? text : ''
}

/** The steps for the Prometheus that is configured; one that says so where there is none. */
export function prometheusSteps({ prometheus, engine }: Settings): readonly StepSpec<void>[] {
  if (prometheus === null) {
    const found = 'none is configured: checks that query it are unknown'
    const work = async (tell: Tell) => tell('warning', found, 'prometheus.url in selfheal.yml')
    return [{ name: 'prometheus', timeoutMs: 1000, hint: '', work }]
  }
  const timeoutMs = prometheus.timeoutMs + 1000
  const hint = 'a Prometheus at prometheus.url, and credentials that it takes'
  return [
    {
      name: 'prometheus',
      timeoutMs,
      hint,
      work: async (tell, signal) => {
        const version = textAt(await ask(prometheus, '/api/v1/status/buildinfo', signal), ['version'])
        tell('ok', `version ${version || 'unknown'} answers`)
      },
    },
    {
      name: 'prometheus scraping',
      timeoutMs,
      hint,
      work: async (tell, signal) => {
        const yaml = textAt(await ask(prometheus, '/api/v1/status/config', signal), ['yaml'])
        tellInterval(tell, longestInterval(yaml), engine.scrapeIntervalMs)
      },
    },
    {
      name: 'prometheus rules',
      timeoutMs,
      hint,
      work: async (tell, signal) => tellRules(tell, await ask(prometheus, '/api/v1/rules', signal)),
    },
  ]
}

type Interval = { readonly ms: number; readonly where: string }

/** The longest interval at which anything is scraped; `undefined` where the configuration cannot be read. */
function longestInterval(yaml: string): Interval | undefined {
  const source = readSource('prometheus.yml', yaml, { deepest: 50, merge: true })
  if (!('value' in source)) return undefined
  const ownMs = readMs(textAt(source.value, ['global', 'scrape_interval'])) ?? 60_000
  const jobs = entriesAt(source.value, ['scrape_configs']).map(({ value }) => ({
    ms: readMs(textAt(value, ['scrape_interval'])) ?? ownMs,
    where: `job ${JSON.stringify(textAt(value, ['job_name']))}`,
  }))
  const all = jobs.length === 0 ? [{ ms: ownMs, where: 'global' }] : jobs
  return all.reduce((longest, one) => (one.ms > longest.ms ? one : longest))
}

function readMs(text: string): number | undefined {
  try {
    return parseDuration(text)
  } catch (error) {
    if (error instanceof DurationError) return undefined
    throw error
  }
}

function tellInterval(tell: Tell, longest: Interval | undefined, ownMs: number): void {
  if (longest === undefined) {
    tell('note', 'its configuration could not be read')
    return
  }
  const [theirs, ours] = [formatDuration(longest.ms), formatDuration(ownMs)]
  const expected = `prometheus.scrape_interval: ${theirs} in selfheal.yml`
  if (longest.ms > ownMs) {
    tell(
      'fault',
      `${longest.where} is scraped every ${theirs}, selfheal thinks every ${ours}: proofs end too early`,
      expected,
    )
  } else if (longest.ms < ownMs) {
    tell(
      'note',
      `every job is scraped every ${theirs} or more often, selfheal thinks every ${ours}: proofs wait too long`,
      expected,
    )
  } else tell('ok', `scraped every ${theirs}, as selfheal thinks`)
}

function tellRules(tell: Tell, data: unknown): void {
  const rules = entriesAt(data, ['groups']).flatMap(({ value }) => entriesAt(value, ['rules']))
  const alerting = rules.filter(({ value }) => partAt(value, ['type']) === 'alerting')
  const speaking = alerting.filter(({ value }) => textAt(value, ['labels', 'symptom']) !== '')
  const found = `${speaking.length} of ${alerting.length} alerting rules have a label symptom`
  if (speaking.length > 0) tell('ok', found)
  else
    tell('warning', found, 'rules/plain.yml among rule_files, a label symptom on your rules, or routes in selfheal.yml')
}
