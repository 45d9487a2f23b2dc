/** What differs between two configurations, by key, and which of it takes effect without a restart. */
import { isDeepStrictEqual } from 'node:util'
import type { Settings } from './settings.ts'

/** Keys that changed, as they are written in the file, in the order of the reference; never their values. */
export type SettingsChange = {
  /** Taken up at once. */
  readonly live: readonly string[]
  /** In use since the start: a change needs a restart. */
  readonly fixed: readonly string[]
}

type Reading = readonly [key: string, read: (settings: Settings) => unknown]

const liveKeys: readonly Reading[] = [
  ['mode', ({ engine }) => engine.mode],
  ['ceiling', ({ engine }) => engine.ceiling],
  ['docker.opt_in', ({ docker }) => docker.optIn],
  ['prometheus.scrape_interval', ({ engine }) => engine.scrapeIntervalMs],
  ['escalation.copy_labels', ({ engine }) => engine.copyLabels],
  ['limits.budgets', ({ engine }) => engine.budgets],
  ['limits.cooldown', ({ engine }) => engine.cooldownMs],
  ['reopen_within', ({ engine }) => engine.reopenWithinMs],
  ['reopen_limit', ({ engine }) => engine.reopenLimit],
  ['approval_timeout', ({ engine }) => engine.approvalTimeoutMs],
  ['action_timeout', ({ engine }) => engine.actionTimeoutMs],
  ['proof.poll_interval', ({ engine }) => engine.pollIntervalMs],
  ['maintenance', ({ engine }) => engine.maintenance],
  ['routes', ({ engine }) => engine.routes],
  ['shipped_routes', ({ engine }) => engine.shippedRoutes],
  ['runbooks.folders', ({ runbooks }) => runbooks.folders],
  ['runbooks.deadline', ({ runbooks }) => runbooks.deadlineMs],
  ['web.token_file', ({ web }) => web.tokens],
  ['log.level', ({ log }) => log.level],
]

const fixedKeys: readonly Reading[] = [
  ['docker.name', ({ docker }) => docker.name],
  ['docker.host', ({ docker }) => docker.host],
  ['docker.timeout', ({ docker }) => docker.timeoutMs],
  ['prometheus', ({ prometheus }) => prometheus],
  ['alertmanagers', ({ alertmanagers }) => alertmanagers],
  ['escalation.webhooks', ({ webhooks }) => webhooks],
  ['web.max_body_size', ({ web }) => web.maxBodyBytes],
  ['web.external_url', ({ web }) => web.externalUrl],
]

/** Keys of which a change needs a restart. `prometheus` stands for its address, credentials and timeout. */
export const keysThatNeedRestart: readonly string[] = fixedKeys.map(([key]) => key)

/** Compares two configurations; secrets that were read from elsewhere count as the keys that name them. */
export function compareSettings(before: Settings, after: Settings): SettingsChange {
  const changed = (keys: readonly Reading[]): readonly string[] =>
    keys.filter(([, read]) => !isDeepStrictEqual(read(before), read(after))).map(([key]) => key)
  return { live: changed(liveKeys), fixed: changed(fixedKeys) }
}
