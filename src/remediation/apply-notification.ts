/** Episodes: from the inbox, in order, in slices that do not hold up the event loop. */
import { type AlertReport, type Episode, stepEpisode } from '../alert/episode.ts'
import { type Notification, readNotification } from '../alert/notification.ts'
import type { EngineDeps } from './deps.ts'
import { type Commit, commit, type JournalDeps } from './journal.ts'
import type { InboxEntry } from './ledger.ts'
import { yieldLoop } from './yield-loop.ts'

/** Alerts that are applied in one transaction. */
const sliceSize = 200

/** An alert that still fires this long after its incident ended counts as firing again. */
const stillFiringAfterMs = 5 * 60_000

type ApplyDeps = JournalDeps & Pick<EngineDeps, 'observer'>
type Applying = { readonly entry: InboxEntry; readonly targets: Set<string>; readonly within: Commit }

/** An episode that was taken care of, and fires on: its disposition may be outdated, or its incident did not help. */
const isUncared = (deps: JournalDeps, episode: Episode): boolean => {
  const incident = episode.incident === null ? undefined : deps.ledger.incident(episode.incident)
  if (incident === undefined || incident.endedAt === null) return episode.disposition !== null
  if (incident.outcome === 'advised' || incident.outcome === 'closed') return false
  // An end in the future is a clock that jumped back: how long ago it was cannot be told, so look again.
  const sinceEndMs = deps.clock.now() - incident.endedAt
  return sinceEndMs > stillFiringAfterMs || sinceEndMs < 0
}

const noteClosed = (deps: JournalDeps, episode: Episode, { targets, within, entry }: Applying): void => {
  const incident = episode.incident === null ? undefined : deps.ledger.incident(episode.incident)
  if (incident === undefined || incident.state === 'ended') return
  const name = episode.labels.alertname ?? episode.fingerprint
  within.change(incident, {
    change: {},
    note: {
      kind: 'alert-closed',
      text: `Alertmanager says that ${name} is resolved: that alone proves nothing`,
      data: { fingerprint: episode.fingerprint, cameIn: entry.id },
    },
  })
  targets.add(incident.target)
}

const applyReport = (deps: ApplyDeps, report: AlertReport, step: Applying): void => {
  const { ledger } = deps
  const { entry } = step
  const latest = ledger.latestEpisode(report.fingerprint)
  const decision = stepEpisode(latest, report, entry.receivedAt)
  deps.observer.stepped(decision.step)
  switch (decision.step) {
    case 'open':
      ledger.openEpisode(report, entry.id, entry.receivedAt)
      return
    case 'repeat':
      if (latest === undefined) return
      ledger.touchEpisode(latest.id, entry.receivedAt)
      if (isUncared(deps, latest)) ledger.recheckEpisode(latest.id)
      return
    case 'close':
      if (latest === undefined) return
      ledger.closeEpisode(latest.id, 'resolved', entry.receivedAt)
      noteClosed(deps, latest, step)
      return
    case 'ignore':
      deps.log.debug(
        { notification: entry.id, fingerprint: report.fingerprint, because: decision.because },
        'alert ignored',
      )
  }
}

/** What was unusable is kept one by one, in the commit that marks the notification as applied. */
const keepUnusable = (deps: ApplyDeps, entry: InboxEntry, { unusable, moreUnusable }: Notification): void => {
  if (unusable.length === 0) return
  deps.ledger.deadLetterAlerts(entry.id, unusable, entry.receivedAt)
  deps.log.warn({ notification: entry.id, unusable: unusable.length + moreUnusable }, 'alerts are unusable')
}

/**
 * Applies one notification; the last slice marks it as applied. Applying it twice changes nothing more. Answers the
 * targets whose incidents have to look.
 */
export async function applyNotification(deps: ApplyDeps, entry: InboxEntry): Promise<ReadonlySet<string>> {
  const read = readNotification(entry.body, entry.receivedAt)
  const reports = read.ok ? read.notification.alerts : []
  const targets = new Set<string>()
  if (!read.ok) deps.log.error({ notification: entry.id, found: read.reason }, 'stored notification is unusable')
  for (let start = 0; start < Math.max(1, reports.length); start += sliceSize) {
    const isLast = start + sliceSize >= reports.length
    commit(deps, (within) => {
      for (const report of reports.slice(start, start + sliceSize))
        applyReport(deps, report, { entry, targets, within })
      if (isLast && read.ok) keepUnusable(deps, entry, read.notification)
      if (isLast) deps.ledger.markApplied(entry.id)
    })
    await yieldLoop()
  }
  return targets
}
