/**
 * The records of an incident: what is kept of one problem on one target.
 *
 * - incident: one problem on one target; alerts that belong together join it
 * - attempt:  one climb of one rung: proposed actions, verdicts, what was done, what was proven
 * - event:    something that happened, appended in the transaction that changed the state
 *
 * Instants are epoch milliseconds; they become RFC 3339 at the edge.
 */
import type { Action, Lineage, Risk } from '../authoring/index.ts'
import type { Reason, Verdict } from '../guard/verdict.ts'

/** How much selfheal may do by itself, least first: record only; propose and wait for approval; act. */
export const modes = ['observe', 'advise', 'auto'] as const

/** One of `modes`. */
export type Mode = (typeof modes)[number]

/**
 * Where an incident is.
 *
 * - open:              deciding, or between rungs; entered when alerts open it, a deferral ends, or a proof says not recovered
 * - deferred:          a guard said "not now"; left at `until`
 * - awaiting_approval: a guard said "ask"; left by a person's decision or at `until`
 * - acting:            an attempt is reserved or running
 * - verifying:         the action is done, the proof runs
 * - escalated:         automation has stopped and people are told; left by a person or by the end of all alerts with proof
 * - ended:             over, with an `outcome`
 */
export const incidentStates = [
  'open',
  'deferred',
  'awaiting_approval',
  'acting',
  'verifying',
  'escalated',
  'ended',
] as const

/** One of `incidentStates`. */
export type IncidentState = (typeof incidentStates)[number]

/**
 * How an incident ended.
 *
 * - recovered:                our proof held after at least one attempt
 * - recovered_without_action: the checks held before anything was done
 * - resolved:                 the alerts closed and one observation was clean; nothing was proven by us
 * - advised:                  observe or advise: nothing was done
 * - closed:                   a person closed it
 * - target_gone:              the target no longer exists
 */
export const outcomes = [
  'recovered',
  'recovered_without_action',
  'resolved',
  'advised',
  'closed',
  'target_gone',
] as const

/** One of `outcomes`. */
export type Outcome = (typeof outcomes)[number]

/**
 * Why an incident is where it is, beside the guards' reasons:
 * the ladder has no further rung; the proof stayed unknown; the alerts closed without proof and the observation is not
 * clean; nobody approved in time; a person rejected what was proposed; the runbook threw, hung, or broke its contract; the container engine does not answer.
 */
export const incidentReasons = [
  'ladder-exhausted',
  'proof-unknown',
  'unproven',
  'approval-expired',
  'rejected',
  'runbook-broken',
  'engine-unreachable',
] as const

/** One of the guards' reasons or of `incidentReasons`. */
export type IncidentReason = Reason | (typeof incidentReasons)[number]

/** A person's word that a proposal may be carried out. */
export type Approval = {
  /** Name of the person's token. */
  readonly by: string
  readonly comment: string
  readonly at: number
  /** From then on it no longer holds. */
  readonly until: number
  /** Neither the budgets nor the cooldown hold up the one attempt. */
  readonly isOverBudget: boolean
}

/** What would be done, and what the guards say of it. */
export type Proposal = {
  readonly id: string
  /** Index into the runbook's ladder. */
  readonly rung: number
  readonly rungName: string
  readonly risk: Risk
  readonly actions: readonly Action[]
  readonly verdicts: readonly Verdict[]
  /** Absent while nobody has approved it. */
  readonly approval?: Approval
}

/** One problem on one target. */
export type Incident = {
  readonly id: number
  readonly target: Lineage
  readonly runbook: string
  /** Index of the rung that is next, or being climbed. */
  readonly rung: number
  readonly mode: Mode
  readonly severity: string
  readonly state: IncidentState
  readonly outcome: Outcome | null
  readonly reason: IncidentReason | null
  readonly until: number | null
  readonly openedAt: number
  readonly updatedAt: number
  readonly endedAt: number | null
  /** How often it ended and fired again. */
  readonly reopened: number
  /** Id of the notification that opened it: the correlation id of everything that follows. */
  readonly notification: number
  /** Labels and annotations of the alert that opened it. */
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly proposal: Proposal | null
  /** How often a person's decision has moved it: whoever looked before the last one decides anew. */
  readonly decisions: number
}

/** Where an attempt is. `interrupted`: the process ended before the call was made; `unknown`: whether the call took effect is not known. */
export const attemptStates = ['reserved', 'acting', 'done', 'failed', 'interrupted', 'unknown'] as const

/** One of `attemptStates`. */
export type AttemptState = (typeof attemptStates)[number]

/** What the checks say together. */
export const proofResults = ['recovered', 'not_recovered', 'unknown'] as const

/** One of `proofResults`. */
export type ProofResult = (typeof proofResults)[number]

/** What one check said, before the act and after it. */
export type Evidence = {
  /** The check in words, for example `query error_ratio < 0.05`. */
  readonly check: string
  readonly before: string | null
  readonly after: string | null
  readonly at: number
}

/** One climb of one rung. */
export type Attempt = {
  readonly id: number
  readonly incident: number
  readonly target: Lineage
  readonly runbook: string
  readonly rung: number
  readonly rungName: string
  readonly state: AttemptState
  readonly proof: ProofResult | 'pending'
  readonly actions: readonly Action[]
  readonly verdicts: readonly Verdict[]
  readonly evidence: readonly Evidence[]
  /** What the adapter said of the call. */
  readonly detail: string
  readonly reservedAt: number
  readonly actedAt: number | null
  readonly settledAt: number | null
}

/** Kinds of events, closed. */
export const eventKinds = [
  'incident-opened',
  'incident-reopened',
  'alert-joined',
  'alert-closed',
  'severity-raised',
  'superseded',
  'rung-skipped',
  'deferred',
  'refused',
  'approval-asked',
  'approved',
  'rejected',
  'approval-superseded',
  'approval-expired',
  'pre-check',
  'attempt-reserved',
  'attempt-acting',
  'attempt-acted',
  'attempt-interrupted',
  'proof-started',
  'proof-settled',
  'escalated',
  'escalation-delivered',
  'escalation-failed',
  'escalation-resolved',
  'acknowledged',
  'resumed',
  'incident-ended',
] as const

/** One of `eventKinds`. */
export type EventKind = (typeof eventKinds)[number]

/** Something that happened. */
export type TimelineEvent = {
  /** Grows by one over the whole storage. */
  readonly seq: number
  readonly incident: number
  readonly at: number
  readonly kind: EventKind
  /** One sentence for a person. */
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}
