/** Apply: from the alerts of a notification to episodes. */
import { type AlertReport, type Episode, stepEpisode } from '../../alert/episode.ts'
import type { Notification, NotificationReading } from '../../alert/notification.ts'
import { unquoteReceiver } from '../../alert/receiver-name.ts'
import type { EngineDeps } from '../deps.ts'
import type { Commit, JournalDeps } from '../journal.ts'
import type { InboxEntry } from '../ledger.ts'
import { noteClosed } from './note-closed.ts'
import { isUncared } from './uncared.ts'

/** What applying needs. */
export type ApplyDeps = JournalDeps & Pick<EngineDeps, 'observer'>
type Applying = {
  readonly entry: InboxEntry
  readonly targets: Set<string>
  readonly within: Commit
  readonly doubt: () => void
}

const sayResolved = (name: string): string => `Alertmanager says that ${name} is resolved: that alone proves nothing`

const close = ({ ledger, ...deps }: ApplyDeps, latest: Episode, { entry, within, targets }: Applying): void => {
  if (latest.state === 'firing') ledger.closeEpisode(latest.id, 'resolved', entry.receivedAt)
  else ledger.reclassifyEpisode(latest.id, 'resolved')
  const closing = { episode: latest, say: sayResolved, data: { cameIn: entry.id } }
  const target = noteClosed({ ledger, ...deps }, within, closing)
  if (target !== null) targets.add(target)
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
      close(deps, latest, step)
      return
    case 'ignore':
      if (report.status === 'firing') step.doubt()
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

/** Who posts, and whether alerts were left out. A sender without a receiver's name is none of Alertmanager's. */
const noteSender = ({ ledger }: ApplyDeps, entry: InboxEntry, notification: Notification): void => {
  const name = unquoteReceiver(notification.receiver)
  if (name === '') return
  ledger.noteReceiver({ name, notification: entry.id }, entry.receivedAt)
  const group = { receiver: name, labels: notification.groupLabels }
  ledger.noteGroup(group, notification.truncatedAlerts > 0, entry.receivedAt)
}

/** A notification of the inbox, with what its body says. */
export type ReadEntry = { readonly entry: InboxEntry; readonly read: NotificationReading }

/** Collects what applying leads to. */
export type Effects = { readonly targets: Set<string>; wantsListing: boolean }

/** Part of a notification's alerts; the last part marks it as applied. */
type Part = { readonly reports: readonly AlertReport[]; readonly isLast: boolean; readonly effects: Effects }

/**
 * Applies part of a notification within a commit. Applying it twice changes nothing more: what was interrupted is applied
 * from its beginning.
 */
export function applyPart(
  deps: ApplyDeps,
  within: Commit,
  { entry, read, reports, isLast, effects }: ReadEntry & Part,
) {
  const doubt = (): void => {
    effects.wantsListing = true
  }
  for (const report of reports) applyReport(deps, report, { entry, targets: effects.targets, within, doubt })
  if (!isLast) return
  if (!read.ok) deps.log.error({ notification: entry.id, found: read.reason }, 'stored notification is unusable')
  else {
    if (read.notification.truncatedAlerts > 0) doubt()
    keepUnusable(deps, entry, read.notification)
    noteSender(deps, entry, read.notification)
  }
  deps.ledger.markApplied(entry.id)
}
