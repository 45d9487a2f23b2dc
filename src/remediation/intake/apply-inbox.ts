/** The inbox: accepted notifications become episodes, in order, in slices that do not hold up the event loop. */
import { readNotification, readNotificationInSlices } from '../../alert/notification.ts'
import { commit } from '../journal.ts'
import type { InboxEntry } from '../ledger.ts'
import { type ApplyDeps, applyPart, type Effects, type ReadEntry } from './apply-notification.ts'

/** How the inbox is worked off. */
export type InboxWork = {
  /** About how many alerts are applied before others have to have their turn. */
  readonly most: number
  /** Runs between two slices. */
  readonly pause: () => Promise<void>
  /** Told of the effects of each slice, after its commit. */
  readonly applied: (effects: Effects) => void
  readonly signal: AbortSignal
}

/** What is lost of it with the machine is still in the inbox then, and applied again. */
const sync = 'with-the-next'

/** Alerts that are applied in one transaction. */
const sliceSize = 200
/** Notifications that share a transaction, and how much of their bodies is read at once. */
const batchSize = 64
const batchBytes = 256 * 1024
/** From here on a notification has its own transactions, as many as it has slices. */
const largeBytes = 64 * 1024

const isLarge = ({ body }: InboxEntry): boolean => body.length > largeBytes

const alertsIn = ({ read }: ReadEntry): number => (read.ok ? read.notification.alerts.length : 0)

/** Small ones share a commit, and so a sync of the disk. */
const applyTogether = (deps: ApplyDeps, entries: readonly ReadEntry[], { applied }: InboxWork): void => {
  if (entries.length === 0) return
  const effects: Effects = { targets: new Set(), wantsListing: false }
  commit(
    deps,
    (within) => {
      for (const one of entries) {
        const reports = one.read.ok ? one.read.notification.alerts : []
        applyPart(deps, within, { ...one, reports, isLast: true, effects })
      }
    },
    sync,
  )
  applied(effects)
}

/** One that cannot be applied must not take those before it with it. */
const applyBatch = (deps: ApplyDeps, entries: readonly ReadEntry[], work: InboxWork): void => {
  try {
    applyTogether(deps, entries, work)
  } catch (error) {
    if (entries.length === 1) throw error
    for (const one of entries) applyTogether(deps, [one], work)
  }
}

const applyLarge = async (deps: ApplyDeps, entry: InboxEntry, work: InboxWork): Promise<number> => {
  const read = await readNotificationInSlices(entry.body, entry.receivedAt, work.pause)
  const alerts = read.ok ? read.notification.alerts : []
  for (let start = 0; start < Math.max(1, alerts.length); start += sliceSize) {
    const effects: Effects = { targets: new Set(), wantsListing: false }
    const reports = alerts.slice(start, start + sliceSize)
    const isLast = start + sliceSize >= alerts.length
    commit(deps, (within) => applyPart(deps, within, { entry, read, reports, isLast, effects }), sync)
    work.applied(effects)
    await work.pause()
    if (work.signal.aborted) break
  }
  return alerts.length
}

/** Notifications that are read and not yet applied, and their alerts. */
type Gathered = { readonly entries: ReadEntry[]; alerts: number }

/** Applies entries that are small, a slice of alerts at a time; answers how many alerts there were. */
const applySmall = async (deps: ApplyDeps, entries: readonly InboxEntry[], work: InboxWork): Promise<number> => {
  let total = 0
  let gathered: Gathered = { entries: [], alerts: 0 }
  for (const [index, entry] of entries.entries()) {
    const one = { entry, read: readNotification(entry.body, entry.receivedAt) }
    gathered.entries.push(one)
    gathered.alerts += alertsIn(one)
    if (gathered.alerts < sliceSize && index < entries.length - 1) continue
    applyBatch(deps, gathered.entries, work)
    total += gathered.alerts
    gathered = { entries: [], alerts: 0 }
    await work.pause()
    if (work.signal.aborted) return total
  }
  return total
}

/**
 * Applies what is in the inbox, up to about `most` alerts; answers whether nothing is left. What is not applied when it
 * throws, or when the signal aborts, stays in the inbox.
 */
export async function applyInbox(deps: ApplyDeps, work: InboxWork): Promise<boolean> {
  for (let applied = 0; applied < work.most && !work.signal.aborted; ) {
    const entries = deps.ledger.pendingNotifications(batchSize, batchBytes)
    const [first] = entries
    if (first === undefined) return true
    const large = entries.findIndex(isLarge)
    if (large === 0) applied += await applyLarge(deps, first, work)
    else applied += await applySmall(deps, large === -1 ? entries : entries.slice(0, large), work)
  }
  return false
}
