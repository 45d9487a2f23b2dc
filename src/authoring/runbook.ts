/**
 * The runbook: a module that says which alerts it heals, by which ladder of rungs, and how each rung is proven.
 *
 * - ladder, rung: ordered remediations, mildest first; the next rung follows when the proof says not recovered
 * - proof:        all checks of a rung, over data from after the act only
 */
import type { Static, TBoolean, TEnum, TInteger, TLiteral, TNumber, TObject, TSchema, TString, TUnion } from 'typebox'
import type { Action } from './action.ts'
import type { Check } from './check.ts'
import type { Observation } from './observation.ts'

/** How urgent the trouble is, most urgent first; a more urgent runbook supersedes a waiting one. */
export const urgencies = ['down', 'unresponsive', 'errors', 'saturation', 'drift'] as const

/** One of `urgencies`. */
export type Urgency = (typeof urgencies)[number]

/** How much harm a rung could do. */
export type Risk = 'low' | 'medium' | 'high'

/** Durations are written as Prometheus writes them: `15s`, `2m`, `1h30m`. */
export type Duration = string

/** Limits of a runbook; what is not given comes from the configuration. */
export type Limits = {
  /** Attempts per window, for example `['3/1h', '7/24h']`; every one of them must have room. */
  readonly budgets?: readonly string[]
  /** Least time between the settled end of an attempt and the next one, other than the same incident's next rung. */
  readonly cooldown?: Duration
}

/** What a parameter may be: a text, a number, an integer, a boolean, or a choice of such values. */
export type ParameterSchema = TString | TNumber | TInteger | TBoolean | TEnum<(string | number)[]> | TUnion<TLiteral[]>

/** The schema of a runbook that takes no parameters. */
export type NoParameters = TObject<Record<never, never>>

/** The values that a schema of parameters stands for. */
export type ParametersOf<Schema extends TObject> = keyof Static<Schema> extends never
  ? Record<never, never>
  : Static<Schema>

/** One step of a ladder. */
export type Rung<Labels, Tuning = Record<never, never>> = {
  readonly name: string
  readonly risk: Risk
  /** Pure; a rung whose `when` says false is skipped, and the skip is recorded. */
  readonly when?: (observation: Observation<Labels, Tuning>) => boolean
  /** Pure: an observation in, actions out. The engine acts, never the author. */
  readonly plan: (observation: Observation<Labels, Tuning>) => readonly Action[]
  /** At least one check. */
  readonly verify: readonly [Check, ...Check[]]
  /** How long the proof may take, counted from the settle point of the checks. */
  readonly within: Duration
  /** How long the checks must hold without interruption. */
  readonly stableFor: Duration
}

/** What a person is told when automation stops. */
export type Escalation<Labels, Tuning = Record<never, never>> = {
  readonly severity: 'critical' | 'warning' | 'info'
  readonly summary: (observation: Observation<Labels, Tuning>) => string
}

/** A whole runbook, as its author writes it. */
export type Runbook<Schema extends TObject = TObject, Tuning extends TObject = TObject> = {
  /** Unique, `^[a-z][a-z0-9-]*$`. */
  readonly name: string
  readonly urgency: Urgency
  readonly summary: string
  readonly meaning: string
  readonly impact: string
  readonly mitigation: string
  /** Alertmanager matchers; all must hold. */
  readonly match: readonly [string, ...string[]]
  /** The label contract: one schema for type, validation and documentation; labels that it does not name are allowed. */
  readonly labels: Schema
  /** What routes of the configuration may tune, each with a `default`; without it the runbook takes no parameters. */
  readonly parameters?: Tuning
  readonly limits?: Limits
  /** At least one rung. */
  readonly ladder: readonly [
    Rung<Static<Schema>, ParametersOf<Tuning>>,
    ...Rung<Static<Schema>, ParametersOf<Tuning>>[],
  ]
  readonly escalate: Escalation<Static<Schema>, ParametersOf<Tuning>>
}

/** Returns the runbook unchanged; it exists so that the compiler infers the types of labels and parameters from their schemas. */
export function defineRunbook<
  const Schema extends TObject<Record<string, TSchema>>,
  const Tuning extends TObject<Record<string, ParameterSchema>> = NoParameters,
>(runbook: Runbook<Schema, Tuning>): Runbook<Schema, Tuning> {
  return runbook
}
