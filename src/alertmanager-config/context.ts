/** What an alertmanager.yml is held against, and the parts of it that the rules look at. */
import type { InhibitRule } from './inhibition.ts'
import type { Receiver, Webhook } from './receiver.ts'
import type { RouteNode, RoutePath } from './route-node.ts'

/** What is known of selfheal and of the Alertmanager. Times are milliseconds. */
export type LintContext = {
  /** Address of selfheal as its configuration names it; `null`: not given. */
  readonly externalUrl: string | null
  /** Name of the receiver that posts to selfheal; `null`: it is found by its address. */
  readonly receiver: string | null
  /** Whether selfheal accepts alerts only with a token; `null`: not known. */
  readonly needsToken: boolean | null
  readonly cooldownMs: number
  readonly reopenWithinMs: number
  /** Labels of an alert that its escalation carries on. */
  readonly copyLabels: readonly string[]
  /** Labels that name a target, beside those that every alert may carry: from the templates of routes. */
  readonly targetLabels: readonly string[]
  /** Version of the Alertmanager, such as `0.28.1`; `null`: not known. */
  readonly version: string | null
}

/** An alertmanager.yml as the rules see it. */
export type Subject = {
  readonly context: LintContext
  readonly root: RouteNode
  readonly receivers: readonly Receiver[]
  readonly inhibition: readonly InhibitRule[]
  /** Receivers that post to selfheal, with those of their webhooks that do. */
  readonly selfheal: ReadonlyMap<string, readonly Webhook[]>
  /** Routes that alerts can end at on their way to selfheal. */
  readonly healingRoutes: readonly RoutePath[]
}

/** Whether a version, such as `0.28.1`, is at least one that is given as its first two numbers. */
export function isAtLeast(version: string | null, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  const [ownMajor, ownMinor] = [Number(first ?? -1), Number(second ?? -1)]
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
