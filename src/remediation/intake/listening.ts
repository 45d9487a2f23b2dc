/** Listening: which of the alerts that Alertmanager holds are meant for us. */
import type { AlertGroup, Ledger } from '../ledger.ts'
import type { HeldAlert } from '../ports.ts'

/** How long a truncated notification counts. Its group is sent again when an alert joins it; each time is a new start. */
export const truncatedForMs = 60 * 60_000

/** What is ours among the alerts that Alertmanager holds. */
export type Audience = {
  /** Whether one of the alert's receivers has posted to us: what goes elsewhere is none of our business. */
  readonly hears: (alert: HeldAlert) => boolean
  /** The last notification of the alert's receivers; `null` when none has posted. */
  readonly notificationOf: (alert: HeldAlert) => number | null
  /** Whether the alert may be one of those that a notification left out. */
  readonly isOfTruncatedGroup: (alert: HeldAlert) => boolean
}

const isIn = ({ receiver, labels }: AlertGroup, alert: HeldAlert): boolean =>
  alert.receivers.includes(receiver) && Object.entries(labels).every(([name, value]) => alert.labels[name] === value)

/** Who listens as of now. */
export function createAudience(ledger: Pick<Ledger, 'knownReceivers' | 'truncatedGroups'>, now: number): Audience {
  const known = new Map(ledger.knownReceivers().map(({ name, notification }) => [name, notification]))
  const groups = ledger.truncatedGroups(now - truncatedForMs)
  const notificationOf = ({ receivers }: HeldAlert): number | null => {
    const ids = receivers.flatMap((name) => known.get(name) ?? [])
    return ids.length === 0 ? null : Math.max(...ids)
  }
  return {
    hears: ({ receivers }) => receivers.some((name) => known.has(name)),
    notificationOf,
    isOfTruncatedGroup: (alert) => groups.some((group) => isIn(group, alert)),
  }
}
