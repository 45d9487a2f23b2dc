/**
 * `alertInactive()`: Alertmanager holds none of the incident's alerts any more.
 *
 * That an alert is listed counts when it was sent since the act. That none is listed says nothing at one look: an
 * Alertmanager that has just started knows no alert until Prometheus sends them again, which it does every minute
 * (`--rules.alert.resend-delay`) at the next evaluation of the rule. So the alerts have to be absent for longer than that
 * without interruption, or, for a look that stands alone, to have closed by our own records as well. What cannot be told
 * apart: a series that vanished, a rule that was removed, and a Prometheus that has lost its way to Alertmanager.
 */
import type { Episode } from '../../alert/episode.ts'
import type { Lineage } from '../../authoring/index.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import type { EngineDeps } from '../deps.ts'
import type { AlertsView, HeldAlert } from '../ports.ts'
import type { CheckResult } from './result.ts'

/** For how long no alert may be listed before that says anything: one repetition by Prometheus, and one evaluation. */
export const quietMs = 75_000

/** What is asked for. */
export type QuietQuestion = {
  readonly lineage: Lineage
  /** End of the last act, epoch milliseconds; `null` before any. */
  readonly actedAt: number | null
  /** A look that stands alone cannot wait until an absence says something. */
  readonly isOfNow: boolean
  /** Since when every look saw none of the alerts, on the monotonic clock; `null`: the last one did, or could not tell. */
  readonly quietSince: number | null
}

/** The answer, and `quietSince` for the next look. */
export type Quiet = CheckResult & { readonly quietSince: number | null }

/** What the check needs of the engine's surroundings. */
export type QuietDeps = Pick<EngineDeps, 'alerts' | 'clock'> & {
  readonly ledger: {
    readonly activeIncident: (target: Lineage) => { readonly id: number } | undefined
    readonly episodesOf: (incident: number) => readonly Pick<Episode, 'fingerprint' | 'state'>[]
  }
}

const unknown = (detail: string): Quiet => ({ result: 'unknown', detail, quietSince: null })

const stateText: Record<HeldAlert['state'], string> = {
  active: 'active',
  suppressed: 'suppressed, and so still active',
  unprocessed: 'there, and not decided yet',
}

const judgeListed = (held: HeldAlert, actedAt: number | null): Quiet => {
  const name = held.labels.alertname ?? held.fingerprint
  if (actedAt !== null && held.updatedAt < actedAt) return unknown(`${name} was last sent before the act`)
  return { result: 'not_recovered', detail: `${name} is ${stateText[held.state]}`, quietSince: null }
}

const listAlerts = async (deps: QuietDeps, signal: AbortSignal): Promise<AlertsView | string> => {
  if (deps.alerts === null) return 'no Alertmanager is configured'
  try {
    return await deps.alerts.list(signal)
  } catch (error) {
    if (error instanceof AdapterError) return error.message
    throw error
  }
}

/** Asks Alertmanager once. Any fault, and a view to which one Alertmanager did not contribute an absence, is unknown. */
export async function evaluateAlertInactive(
  deps: QuietDeps,
  question: QuietQuestion,
  signal: AbortSignal,
): Promise<Quiet> {
  const view = await listAlerts(deps, signal)
  if (typeof view === 'string') return unknown(view)
  const incident = deps.ledger.activeIncident(question.lineage)
  const episodes = incident === undefined ? [] : deps.ledger.episodesOf(incident.id)
  const wanted = new Set(episodes.map(({ fingerprint }) => fingerprint))
  if (wanted.size === 0) return unknown('the incident has no alert that could be looked for')
  const listed = view.alerts.filter(({ fingerprint }) => wanted.has(fingerprint))
  const answers = listed.map((held) => judgeListed(held, question.actedAt))
  const speaking = answers.find(({ result }) => result === 'not_recovered') ?? answers[0]
  if (speaking !== undefined) return speaking
  if (!view.isComplete) return unknown('not every Alertmanager answered')
  const isClosed = episodes.every(({ state }) => state !== 'firing')
  return judgeAbsence(deps.clock.monotonic(), question, isClosed)
}

const judgeAbsence = (now: number, question: QuietQuestion, isClosed: boolean): Quiet => {
  const recovered = { result: 'recovered', detail: 'Alertmanager lists none of the alerts' } as const
  if (question.isOfNow) {
    if (isClosed) return { ...recovered, quietSince: null }
    return unknown('Alertmanager lists none of the alerts, and has not said that they are resolved')
  }
  const quietSince = question.quietSince ?? now
  const leftMs = quietSince + quietMs - now
  if (leftMs <= 0) return { ...recovered, quietSince }
  const detail = `Alertmanager lists none of the alerts; that says something in ${Math.ceil(leftMs / 1000)} s`
  return { result: 'unknown', detail, quietSince }
}
