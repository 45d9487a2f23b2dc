/** The configuration as the program uses it: defaults filled in, durations in milliseconds, secrets read. */
import type { LabelTemplate } from '../alert/label-template.ts'
import type { Parameters } from '../authoring/index.ts'
import type { Mode } from '../incident/record.ts'

/** At most `count` attempts within `windowMs`. */
export type Budget = { readonly count: number; readonly windowMs: number }

/**
 * What a route overrides for the alerts that its matchers select; `null` or left out: not overridden, so that the route
 * around it decides. Every value is the route's own: what it inherits is not copied into it.
 */
export type Route = {
  /** Alertmanager matchers; all must hold. */
  readonly match: readonly string[]
  readonly runbook: string | null
  readonly mode: Mode | null
  readonly budgets: readonly Budget[] | null
  readonly cooldownMs: number | null
  /** How the labels name the target; a lineage, or the name of a container or service. */
  readonly target?: LabelTemplate
  /** Parameters of the runbook by name; others are inherited by name. */
  readonly parameters?: Parameters
  /** Asked in order when this route holds; the first of them that holds narrows it. */
  readonly routes?: readonly Route[]
}

/** A route that ships for an alert name that people already have; it sets no limits. */
export type ShippedRoute = {
  /** Name of the alert. */
  readonly name: string
  /** Alertmanager matchers; all must hold. */
  readonly match: readonly string[]
  readonly runbook: string
  readonly target?: LabelTemplate
}

/** Credentials towards another system; the values are secrets. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }

/** A system that is reached over HTTP. */
export type Endpoint = {
  /** Without a trailing slash. */
  readonly url: string
  readonly credentials: Credentials
  readonly timeoutMs: number
}

/** When a maintenance window is: once, or every week by the clocks of a zone. */
export type MaintenanceTimes =
  | {
      readonly kind: 'once'
      /** Epoch milliseconds; `endsAt` lies outside. */
      readonly startsAt: number
      readonly endsAt: number
    }
  | {
      readonly kind: 'weekly'
      /** Days on which it begins, 0 for Sunday to 6. */
      readonly days: readonly number[]
      /** Milliseconds after local midnight; an end that is not after the beginning is that of the next day. */
      readonly fromMs: number
      readonly toMs: number
      /** Of the IANA database. */
      readonly zone: string
    }

/** A time in which nothing is begun on some targets. */
export type MaintenanceWindow = {
  readonly name: string
  /** Alertmanager matchers over the labels of the alert; all must hold. Empty: whatever they are. */
  readonly match: readonly string[]
  /** Lineages, or projects as `local/shop/*`; one that covers the target is enough. Empty: every target. */
  readonly targets: readonly string[]
  readonly times: MaintenanceTimes
}

/** Rules by which the engine acts. */
export type EngineSettings = {
  readonly mode: Mode
  /** No setting raises the mode above this. */
  readonly ceiling: Mode
  readonly routes: readonly Route[]
  /** Asked where neither a route nor a runbook takes an alert; empty where they are switched off. */
  readonly shippedRoutes: readonly ShippedRoute[]
  readonly budgets: readonly Budget[]
  readonly cooldownMs: number
  /** An ended incident whose alert fires again within this time is the same incident. */
  readonly reopenWithinMs: number
  /** The n-th reopening within 24 h escalates as flapping. */
  readonly reopenLimit: number
  /** How long a proposal waits for a person. */
  readonly approvalTimeoutMs: number
  /** Deadline for one whole action. */
  readonly actionTimeoutMs: number
  /** How often the checks of a proof are evaluated. */
  readonly pollIntervalMs: number
  /** Scrape interval of the Prometheus that queries go to: part of the settle point. */
  readonly scrapeIntervalMs: number
  /** Labels of the first alert that an escalation carries on. */
  readonly copyLabels: readonly string[]
  readonly maintenance: readonly MaintenanceWindow[]
}

/** The whole configuration. */
export type Settings = {
  readonly engine: EngineSettings
  readonly docker: {
    /** Name of the engine in lineages. */
    readonly name: string
    /** `unix:///path` or `tcp://host:port`. */
    readonly host: string
    readonly timeoutMs: number
    /** Alertmanager matchers over container labels that opt containers in beside `selfheal.enable=true`. */
    readonly optIn: readonly (readonly string[])[]
  }
  /** `null`: not configured; query checks are unknown. */
  readonly prometheus: Endpoint | null
  readonly alertmanagers: readonly Endpoint[]
  readonly webhooks: readonly (Endpoint & { readonly name: string })[]
  readonly runbooks: { readonly folders: readonly string[]; readonly deadlineMs: number }
  readonly web: {
    readonly tokens: readonly Token[]
    readonly maxBodyBytes: number
    /** Address of selfheal as people reach it: requests may name it in Host and Origin; `null`: none given. */
    readonly externalUrl: string | null
  }
  readonly log: { readonly level: string }
}

/** What a token may do. `send`: post alerts; `read`; `operate`: decide, ack, pause; `admin`: reload, and all the others. */
export const roles = ['send', 'read', 'operate', 'admin'] as const

/** One of `roles`. */
export type Role = (typeof roles)[number]

/** A token as it is kept: only its hash. */
export type Token = { readonly name: string; readonly role: Role; readonly sha256: string }
