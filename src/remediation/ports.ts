/**
 * The ports of the engine: what it needs from the world, declared here and implemented by adapters.
 * Every call takes an AbortSignal; adapters add their own timeout and throw `AdapterError`.
 */
import type {
  Action,
  Check,
  Lineage,
  Observation,
  Parameters,
  Replica,
  Risk,
  Target,
  Urgency,
} from '../authoring/index.ts'
import type { Reason } from '../guard/verdict.ts'
import type { Mode } from '../incident/record.ts'

/** Why a container is not running: it ended by itself, a person or another program ended it, or it cannot be known. */
export type ExitCause = 'crash' | 'person' | 'ours' | 'unknown'

/** A container as the engine needs it: the replica and what guards and target resolution ask about it. */
export type Container = {
  readonly replica: Replica
  readonly lineage: Lineage
  readonly project: string
  readonly service: string
  /** False for one-off runs, `--rm` containers and completed jobs. */
  readonly isReplica: boolean
  readonly isOptedIn: boolean
  /** Why it may never be touched, in words; `null` when it may. */
  readonly protectedBecause: string | null
  /** The container's own `selfheal.mode`, which may only lower. */
  readonly mode: Mode | null
  /** Host name, aliases and names under which others reach it. */
  readonly hostnames: readonly string[]
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** `null` while it runs. */
  readonly exitCause: ExitCause | null
}

/** What performing an action led to. `unknown`: the call timed out or broke off, it may have taken effect. */
export type ActionOutcome =
  | { readonly status: 'done'; readonly detail: string }
  | { readonly status: 'refused'; readonly reason: Reason; readonly detail: string }
  | { readonly status: 'failed'; readonly detail: string }
  | { readonly status: 'unknown'; readonly detail: string }

/** What a container is called: known of every container without a look at each. */
export type Named = Pick<Container, 'lineage' | 'project' | 'service'> & { readonly name: string }

/** Which lineages are asked for, by the names of all containers that there are. */
export type Whose = (named: readonly Named[]) => ReadonlySet<Lineage>

/** Containers of one engine. */
export type ContainerPort = {
  /** Name of the engine, the first part of every lineage. */
  readonly engine: string
  /**
   * Every container of the engine, opted in or not, running or not. With `whose`, those of the lineages that it answers, and
   * nothing is said of the others: they may be there or not.
   */
  readonly list: (signal: AbortSignal, whose?: Whose) => Promise<readonly Container[]>
  /** The containers of one lineage, observed now; empty when there is none. */
  readonly observe: (lineage: Lineage, signal: AbortSignal) => Promise<readonly Container[]>
  /** Checks the action's preconditions, then performs it. Never throws: what happened is the outcome. */
  readonly perform: (action: Action, signal: AbortSignal) => Promise<ActionOutcome>
}

/** One series of an instant query. */
export type Sample = {
  readonly labels: Readonly<Record<string, string>>
  /** May be NaN or infinite. */
  readonly value: number
  /** Epoch milliseconds of the newest sample behind the value, where Prometheus tells it; else of the evaluation. */
  readonly at: number
}

/** Metrics of the outside world. */
export type MetricsPort = {
  /** Evaluates a PromQL expression at an instant. Empty when there is no data; throws `AdapterError` on any fault. */
  readonly evaluate: (expr: string, at: number, signal: AbortSignal) => Promise<readonly Sample[]>
}

/** Answer of an HTTP probe: a status, or why there was none. `unknown` faults say nothing about the target. */
export type ProbeAnswer =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'no-answer'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string }

/** HTTP requests to targets. */
export type ProbePort = {
  readonly get: (url: string, timeoutMs: number, signal: AbortSignal) => Promise<ProbeAnswer>
}

/** An alert as Alertmanager holds it now. Instants are epoch milliseconds. */
export type HeldAlert = {
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: number
  readonly endsAt: number
  readonly updatedAt: number
  /** `suppressed`: silenced, inhibited or muted. `unprocessed`: it has not been decided yet. */
  readonly state: 'active' | 'suppressed' | 'unprocessed'
  /** Names of Alertmanager's receivers that it is routed to, as they are written in its configuration. */
  readonly receivers: readonly string[]
}

/** What the Alertmanagers hold, put together. */
export type AlertsView = {
  /** One entry per fingerprint; where members differ, `active` wins over `suppressed`, and the latest start counts. */
  readonly alerts: readonly HeldAlert[]
  /** Whether every configured Alertmanager answered: only then does the absence of an alert say anything. */
  readonly isComplete: boolean
  /**
   * Whether a configuration mutes routes by the time of day, or may: a listing does not tell what that holds back.
   * Default: none does.
   */
  readonly mayMute?: boolean
}

/** The alerts that Alertmanager holds. */
export type AlertsPort = {
  /** Asks every configured Alertmanager. Throws `AdapterError` when none answers. */
  readonly list: (signal: AbortSignal) => Promise<AlertsView>
}

/** An alert that we post to Alertmanager. Instants are epoch milliseconds. */
export type PostableAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: number
  readonly endsAt: number
  readonly generatorURL?: string
}

/** What is told to people when automation stops on an incident, or when the incident has ended after that. */
export type EscalationMessage = {
  readonly incident: number
  readonly status: 'firing' | 'resolved'
  /** Epoch milliseconds of the escalation. */
  readonly startsAt: number
  readonly labels: Readonly<Record<string, string>>
  /** Complete at the first delivery: what was seen, tried and proven. */
  readonly annotations: Readonly<Record<string, string>>
}

/** One way to reach people. */
export type ReceiverPort = {
  /** Unique among the configured receivers. */
  readonly name: string
  /** Whether a firing message must be repeated while it holds, and how often; `null`: once is enough. */
  readonly refreshMs: number | null
  /** Resolves when the other side has accepted the message; throws `AdapterError` else. */
  readonly deliver: (message: EscalationMessage, signal: AbortSignal) => Promise<void>
}

/** One rung, as far as values go: what is code stays in the runbook's worker. */
export type RungInfo = {
  readonly name: string
  readonly risk: Risk
  readonly verify: readonly Check[]
  readonly withinMs: number
  readonly stableForMs: number
}

/** One loaded runbook, as far as values go. */
export type RunbookInfo = {
  readonly name: string
  /** File that it was loaded from. */
  readonly file: string
  readonly urgency: Urgency
  readonly summary: string
  readonly meaning: string
  readonly impact: string
  readonly mitigation: string
  readonly match: readonly string[]
  /** JSON Schema of the label contract. */
  readonly labels: Readonly<Record<string, unknown>>
  /** JSON Schema of the parameters that routes may set, every one with a default; `null`: it takes none. */
  readonly parameters: Readonly<Record<string, unknown>> | null
  readonly budgets: readonly string[] | null
  readonly cooldownMs: number | null
  readonly ladder: readonly RungInfo[]
  readonly escalationSeverity: string
}

/** What a rung's author code answered. `broken`: it threw, hung, or returned what no action is. */
export type PlanOutcome =
  | { readonly kind: 'actions'; readonly actions: readonly Action[] }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'broken'; readonly detail: string }

/** A runbook's parameters with the defaults filled in, or what is wrong with those that were given. */
export type ParametersReading =
  | { readonly ok: true; readonly parameters: Parameters }
  | { readonly ok: false; readonly found: string }

/** The loaded runbooks. Author code runs elsewhere and within a deadline; none of these calls throws. */
export type RunbookPort = {
  readonly list: () => readonly RunbookInfo[]
  /** Runs the rung's `when`, then its `plan`. */
  readonly plan: (runbook: string, rung: number, observation: Observation) => Promise<PlanOutcome>
  /** What is wrong with an alert's labels by the runbook's label contract, in words; `null` when nothing is. */
  readonly labelFault: (runbook: string, labels: Readonly<Record<string, string>>) => string | null
  /** The parameters of a runbook: those given by the configuration, checked, and the defaults of the others. */
  readonly readParameters: (runbook: string, given: Parameters) => ParametersReading
  /** Runs `escalate.summary`; falls back to the runbook's own summary when that breaks. */
  readonly summarise: (runbook: string, observation: Observation) => Promise<string>
}

/** A target together with the containers behind it. */
export type ObservedTarget = { readonly target: Target; readonly containers: readonly Container[] }
