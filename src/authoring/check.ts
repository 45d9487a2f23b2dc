/**
 * Checks: values that say how a recovery is seen. The engine evaluates them; each evaluation is three-valued:
 * `recovered`, `not_recovered` or `unknown`, or the check is not applicable to the target.
 */

/** Operators of a query's comparison, which stays outside the expression so that "bad" and "no data" differ. */
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!='

/** Every replica is running. Alone it proves only after 30 s without interruption, and the evidence says so. */
export type RunningCheck = { readonly kind: 'running' }

/**
 * Docker's own health check says healthy for every replica, as seen since the act. Not applicable where no replica has a
 * health check.
 */
export type HealthyCheck = { readonly kind: 'healthy' }

/**
 * Alertmanager holds none of the incident's alerts as active or suppressed any more. It says that the rule's expression
 * is quiet, not why: a series that vanished looks the same.
 */
export type AlertInactiveCheck = { readonly kind: 'alertInactive' }

/** An HTTP GET answers with the expected status. Exactly one of `url` and `port` is given. */
export type ProbeCheck = {
  readonly kind: 'probe'
  /** Absolute http or https address. */
  readonly url?: string
  /** Port inside the container; every replica is asked at its own address. */
  readonly port?: number
  /** Path for `port`; default `/`. */
  readonly path: string
  /** Expected status; default 200. */
  readonly status: number
  /** Duration for one request; default `2s`. */
  readonly timeout: string
}

/** A PromQL expression compared with a number, over data from after the act only. */
export type QueryCheck = {
  readonly kind: 'query'
  /** `$label` is substituted only inside double quotes, escaped. */
  readonly expr: string
  readonly is: Comparison
  readonly than: number
  /** The longest range that the expression looks back over, as a duration; the proof waits until it is clear of the fault. */
  readonly window: string
  /** With several series: `false` (default) all must hold, `true` one is enough. */
  readonly any: boolean
}

/** Closed union of everything that the engine can look at. */
export type Check = RunningCheck | HealthyCheck | ProbeCheck | QueryCheck | AlertInactiveCheck

/** The kinds of `Check`, in the order of the documentation. */
export const checkKinds = [
  'running',
  'healthy',
  'probe',
  'query',
  'alertInactive',
] as const satisfies readonly Check['kind'][]

/** Every replica is running. */
export function running(): RunningCheck {
  return { kind: 'running' }
}

/** Docker's health check of every replica says healthy; a verdict from before the act does not count. */
export function healthy(): HealthyCheck {
  return { kind: 'healthy' }
}

/** None of the incident's alerts is active or suppressed in Alertmanager. */
export function alertInactive(): AlertInactiveCheck {
  return { kind: 'alertInactive' }
}

/** Where a probe looks: an absolute address, or a port of every replica. */
export type ProbeOptions = (
  | { readonly url: string; readonly port?: never; readonly path?: never }
  | { readonly port: number; readonly path?: string; readonly url?: never }
) & { readonly status?: number; readonly timeout?: string }

/** An HTTP GET answers with `status` (200) within `timeout` (`2s`). */
export function probe(options: ProbeOptions): ProbeCheck {
  return {
    kind: 'probe',
    ...(options.url === undefined ? { port: options.port } : { url: options.url }),
    path: options.path ?? '/',
    status: options.status ?? 200,
    timeout: options.timeout ?? '2s',
  }
}

/** What a query is compared with. */
export type QueryOptions = {
  readonly expr: string
  readonly is: Comparison
  readonly than: number
  readonly window: string
  readonly any?: boolean
}

/** A PromQL expression, compared outside of the expression with `than`. */
export function query(options: QueryOptions): QueryCheck {
  return { kind: 'query', ...options, any: options.any ?? false }
}
