/** Episodes: from the inbox, in order, in slices that do not hold up the event loop. */

import type { AlertReport } from '../alert/episode.ts'
import { type Episode, stepEpisode } from '../alert/episode.ts'
import { readNotification } from '../alert/notification.ts'
import type { EngineDeps } from './deps.ts'
import type { InboxEntry } from './ledger.ts'

/** Alerts that are applied in one transaction. */
const sliceSize = 200

/** What changed. */
export type Applied = {
  /** Episodes that still fire and that no incident has in hand: to be routed again. */
  readonly stillFiring: readonly number[]
  /** Targets whose incidents have to look. */
  readonly targets: readonly string[]
}

/** An alert that still fires this long after its incident ended counts as firing again. */
const stillFiringAfterMs = 5 * 60_000

type Deps = Pick<EngineDeps, 'ledger' | 'clock' | 'log'>
type Changes = { readonly stillFiring: Set<number>; readonly targets: Set<string> }

/** An episode that was taken care of, and fires on: its disposition may be outdated, or its incident did not help. */
const isUncared = (deps: Deps, episode: Episode): boolean => {
  if (episode.incident === null) return episode.disposition !== null
  const incident = deps.ledger.incident(episode.incident)
  if (incident?.endedAt === null || incident === undefined) return false
  if (incident.outcome === 'advised' || incident.outcome === 'closed') return false
  return deps.clock.now() - incident.endedAt > stillFiringAfterMs
}

const noteClosed = (deps: Deps, episode: Episode, changes: Changes): void => {
  const incident = episode.incident === null ? undefined : deps.ledger.incident(episode.incident)
  if (incident === undefined || incident.state === 'ended') return
  deps.ledger.append({
    incident: incident.id,
    at: deps.clock.now(),
    kind: 'alert-closed',
    text: `Alertmanager says that ${episode.labels.alertname ?? episode.fingerprint} is resolved: that alone proves nothing`,
    data: { fingerprint: episode.fingerprint },
  })
  changes.targets.add(incident.target)
}

const applyReport = (deps: Deps, report: AlertReport, step: { entry: InboxEntry; changes: Changes }): void => {
  const { ledger, clock } = deps
  const latest = ledger.latestEpisode(report.fingerprint)
  const decision = stepEpisode(latest, report)
  switch (decision.step) {
    case 'open':
      ledger.openEpisode(report, step.entry.id, clock.now())
      return
    case 'repeat':
      if (latest === undefined) return
      ledger.touchEpisode(latest.id, clock.now())
      if (isUncared(deps, latest)) step.changes.stillFiring.add(latest.id)
      return
    case 'close':
      if (latest === undefined) return
      ledger.closeEpisode(latest.id, 'resolved', clock.now())
      noteClosed(deps, latest, step.changes)
      return
    case 'ignore':
      deps.log.debug({ notification: step.entry.id, fingerprint: report.fingerprint }, decision.because)
  }
}

/** Lets other work of the event loop run. */
const yieldLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Applies one notification; the last slice marks it as applied. Applying it twice changes nothing more. */
export async function applyNotification(deps: Deps, entry: InboxEntry): Promise<Applied> {
  const read = readNotification(entry.body, entry.receivedAt)
  const reports = read.ok ? read.notification.alerts : []
  const changes: Changes = { stillFiring: new Set(), targets: new Set() }
  if (!read.ok) deps.log.error({ notification: entry.id, found: read.reason }, 'stored notification is unusable')
  for (let start = 0; start < Math.max(1, reports.length); start += sliceSize) {
    deps.ledger.transaction(() => {
      for (const report of reports.slice(start, start + sliceSize)) applyReport(deps, report, { entry, changes })
      if (start + sliceSize >= reports.length) deps.ledger.markApplied(entry.id)
    })
    await yieldLoop()
  }
  return { stillFiring: [...changes.stillFiring], targets: [...changes.targets] }
}
