/** What the configured Alertmanagers hold, put together. */
import type { AlertsPort, AlertsView, HeldAlert } from '../remediation/ports.ts'
import type { KnownAlert } from './answer.ts'
import type { Alertmanager } from './client.ts'

const toHeld = ({ silencedBy, inhibitedBy, mutedBy, ...held }: KnownAlert): HeldAlert => held

const ranks = { active: 2, suppressed: 1, unprocessed: 0 } as const

/** Members gossip silences and are told of alerts one by one: the one that would notify decides. */
const join = (a: HeldAlert, b: HeldAlert): HeldAlert => {
  const [first, second] = ranks[b.state] > ranks[a.state] ? [b, a] : [a, b]
  return {
    ...first,
    startsAt: Math.max(first.startsAt, second.startsAt),
    endsAt: Math.max(first.endsAt, second.endsAt),
    updatedAt: Math.max(first.updatedAt, second.updatedAt),
    receivers: [...new Set([...first.receivers, ...second.receivers])],
  }
}

const merge = (lists: readonly (readonly KnownAlert[])[]): readonly HeldAlert[] => {
  const merged = new Map<string, HeldAlert>()
  for (const alert of lists.flat()) {
    const held = toHeld(alert)
    const other = merged.get(held.fingerprint)
    merged.set(held.fingerprint, other === undefined ? held : join(other, held))
  }
  return [...merged.values()]
}

type Member = Pick<Alertmanager, 'list' | 'mutesByTime'>

const ask = async (member: Member, signal: AbortSignal) => {
  // A configuration that cannot be read may hold anything.
  const mutes = member.mutesByTime(signal).catch(() => true)
  return { alerts: await member.list(signal), mayMute: await mutes }
}

/** Asks all of them at once. There must be at least one. */
export function createHeldAlerts(alertmanagers: readonly Member[]): AlertsPort {
  return {
    list: async (signal): Promise<AlertsView> => {
      const answers = await Promise.allSettled(alertmanagers.map((member) => ask(member, signal)))
      const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
      const failed = answers.find((answer) => answer.status === 'rejected')
      if (lists.length === 0 && failed !== undefined) throw failed.reason
      const mayMute = lists.some((list) => list.mayMute)
      return { alerts: merge(lists.map(({ alerts }) => alerts)), isComplete: failed === undefined, mayMute }
    },
  }
}
