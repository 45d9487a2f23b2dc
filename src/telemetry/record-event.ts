/** Metrics from events: what the engine appended to the ledger is what is counted. */
import { type Decision, reasons } from '../guard/verdict.ts'
import {
  incidentReasons,
  type Outcome,
  outcomes,
  type ProofResult,
  proofResults,
  type TimelineEvent,
} from '../incident/record.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { Metrics } from './metrics.ts'
import { noReason } from './verdict-series.ts'

/** What the projection looks up beside the event itself. */
export type EventLookup = Pick<Ledger, 'timeline' | 'attemptsOf' | 'episodesOf'> & {
  /** Kind of a receiver by its name: `alertmanager` or `webhook`. */
  readonly receiverKind: (receiver: string) => 'alertmanager' | 'webhook' | undefined
}

/** Counts the verdicts of one decision. */
export function recordDecision(metrics: Pick<Metrics, 'verdicts'>, decision: Decision): void {
  for (const { guard, verdict, reason } of decision.verdicts) {
    metrics.verdicts.increment({ guard, verdict, reason: reason ?? noReason })
  }
}

/** The events of the incident since it was opened, or reopened, for the last time before this one. */
const runUpTo = (event: TimelineEvent, lookup: EventLookup): readonly TimelineEvent[] => {
  const past = lookup.timeline(event.incident).filter(({ seq }) => seq <= event.seq)
  const reopened = past.findLastIndex(({ kind }) => kind === 'incident-reopened')
  return reopened === -1 ? past : past.slice(reopened)
}

/** Start of the first alert that was firing when the run's first attempt was reserved; `null` where none was. */
const faultStart = (run: readonly TimelineEvent[], lookup: EventLookup): number | null => {
  const reserved = run.find(({ kind }) => kind === 'attempt-reserved')
  if (reserved === undefined) return null
  const firing = lookup
    .episodesOf(reserved.incident)
    .filter(({ openedAt, closedAt }) => openedAt <= reserved.at && (closedAt === null || closedAt >= reserved.at))
  return firing.length === 0 ? null : Math.min(...firing.map(({ startsAt }) => startsAt))
}

const observeSince = (
  histogram: Metrics['detection'],
  event: TimelineEvent,
  { run, lookup }: { readonly run: readonly TimelineEvent[]; readonly lookup: EventLookup },
): void => {
  const start = faultStart(run, lookup)
  // Clocks of other machines may be ahead of ours: nothing takes less than no time.
  if (start !== null) histogram.observe({}, Math.max(0, event.at - start) / 1000)
}

const escalationReasons = [...incidentReasons, ...reasons]

const oneOf = <T extends string>(list: readonly T[], value: unknown): T | undefined =>
  list.find((item) => item === value)

const recordAttempt = (metrics: Metrics, event: TimelineEvent, lookup: EventLookup): void => {
  const attempt = lookup.attemptsOf(event.incident).find(({ id }) => id === event.data.attempt)
  const kinds = new Set(attempt?.actions.map(({ kind }) => kind))
  for (const action of kinds) metrics.attempts.increment({ action })
}

const recordActed = (metrics: Metrics, event: TimelineEvent, lookup: EventLookup): void => {
  const run = runUpTo(event, lookup)
  const first = run.find(({ kind }) => kind === 'attempt-acted')
  if (first?.seq === event.seq) observeSince(metrics.detection, event, { run, lookup })
}

const recordEnd = (metrics: Metrics, event: TimelineEvent, lookup: EventLookup): void => {
  const outcome: Outcome | undefined = oneOf(outcomes, event.data.outcome)
  if (outcome === undefined) return
  metrics.incidentsEnded.increment({ outcome })
  if (outcome === 'recovered') observeSince(metrics.recovery, event, { run: runUpTo(event, lookup), lookup })
}

const recordEscalation = (metrics: Metrics, event: TimelineEvent): void => {
  const reason = oneOf(escalationReasons, event.data.reason)
  if (reason !== undefined) metrics.escalations.increment({ reason })
}

const recordDelivery = (metrics: Metrics, event: TimelineEvent, lookup: EventLookup): void => {
  const { receiver } = event.data
  const kind = typeof receiver === 'string' ? lookup.receiverKind(receiver) : undefined
  if (kind === undefined) return
  metrics.deliveries.increment({
    receiver_kind: kind,
    result: event.kind === 'escalation-delivered' ? 'delivered' : 'failed',
  })
}

/**
 * Counts what one event says. Give it each event once, in the order of `seq`, after the event was committed; events
 * from before the start of the program are not counted again, as counters start at zero with it.
 */
export function recordEvent(metrics: Metrics, event: TimelineEvent, lookup: EventLookup): void {
  switch (event.kind) {
    case 'incident-opened':
      metrics.incidentsOpened.increment({})
      return
    case 'incident-ended':
      recordEnd(metrics, event, lookup)
      return
    case 'attempt-reserved':
      recordAttempt(metrics, event, lookup)
      return
    case 'attempt-acted':
      recordActed(metrics, event, lookup)
      return
    case 'proof-settled': {
      const result: ProofResult | undefined = oneOf(proofResults, event.data.proof)
      if (result !== undefined) metrics.proofs.increment({ result })
      return
    }
    case 'escalated':
      recordEscalation(metrics, event)
      return
    case 'escalation-delivered':
    case 'escalation-failed':
      recordDelivery(metrics, event, lookup)
      return
    default:
      return
  }
}
