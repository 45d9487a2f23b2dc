import { expect, it } from 'vitest'
import type { KnownAlert } from '../../../src/alertmanager/answer.ts'
import { createHeldAlerts } from '../../../src/alertmanager/held-alerts.ts'
import { AdapterError } from '../../../src/lib/adapter-error.ts'

const { signal } = new AbortController()

const known = (changes: Partial<KnownAlert> = {}): KnownAlert => ({
  fingerprint: '0123456789abcdef',
  labels: { alertname: 'Down' },
  annotations: {},
  startsAt: 1_000,
  endsAt: 5_000,
  updatedAt: 2_000,
  state: 'active',
  receivers: ['selfheal'],
  silencedBy: [],
  inhibitedBy: [],
  mutedBy: [],
  ...changes,
})
const member = (...alerts: readonly KnownAlert[]) => ({ list: async () => alerts, mutesByTime: async () => false })
const refuse = async () => {
  throw new AdapterError('alertmanager', 'unreachable', 'connection refused')
}
const dead = { list: refuse, mutesByTime: refuse }

it('puts together what all members hold: one entry for each fingerprint', async () => {
  const other = known({ fingerprint: 'fedcba9876543210' })
  const { alerts, isComplete } = await createHeldAlerts([member(known(), other), member(known())]).list(signal)
  expect(isComplete).toBe(true)
  expect(alerts.map(({ fingerprint }) => fingerprint)).toEqual(['0123456789abcdef', 'fedcba9876543210'])
  expect(alerts[0]).toEqual({
    fingerprint: '0123456789abcdef',
    labels: { alertname: 'Down' },
    annotations: {},
    startsAt: 1_000,
    endsAt: 5_000,
    updatedAt: 2_000,
    state: 'active',
    receivers: ['selfheal'],
  })
})

it.each([
  ['active', 'suppressed', 'active'],
  ['suppressed', 'active', 'active'],
  ['unprocessed', 'active', 'active'],
  ['suppressed', 'unprocessed', 'suppressed'],
  ['unprocessed', 'suppressed', 'suppressed'],
  ['unprocessed', 'unprocessed', 'unprocessed'],
] as const)('takes %s and %s for %s', async (a, b, both) => {
  const { alerts } = await createHeldAlerts([member(known({ state: a })), member(known({ state: b }))]).list(signal)
  expect(alerts).toMatchObject([{ state: both }])
})

it('takes the latest of the instants, and every receiver', async () => {
  const members = [
    member(known({ startsAt: 3_000, endsAt: 4_000, receivers: ['a', 'b'] })),
    member(known({ startsAt: 1_000, endsAt: 9_000, updatedAt: 1, receivers: ['b', 'c'] })),
  ]
  for (const order of [members, members.toReversed()]) {
    const { alerts } = await createHeldAlerts(order).list(signal)
    expect(alerts).toMatchObject([{ startsAt: 3_000, endsAt: 9_000, updatedAt: 2_000 }])
    expect(alerts[0]?.receivers.toSorted()).toEqual(['a', 'b', 'c'])
  }
})

it('is incomplete when a member does not answer, and fails when none does', async () => {
  const { alerts, isComplete } = await createHeldAlerts([dead, member(known())]).list(signal)
  expect({ count: alerts.length, isComplete }).toEqual({ count: 1, isComplete: false })
  await expect(createHeldAlerts([dead, dead]).list(signal)).rejects.toThrow('connection refused')
  expect(await createHeldAlerts([member()]).list(signal)).toEqual({ alerts: [], isComplete: true, mayMute: false })
})

it('may mute when one of them does, and when its configuration cannot be read', async () => {
  const mayMute = async (...mutes: readonly (() => Promise<boolean>)[]) => {
    const members = mutes.map((mutesByTime) => ({ ...member(known()), mutesByTime }))
    return (await createHeldAlerts(members).list(signal)).mayMute
  }
  expect(await mayMute(async () => false)).toBe(false)
  expect(
    await mayMute(
      async () => false,
      async () => true,
    ),
  ).toBe(true)
  expect(await mayMute(refuse)).toBe(true)
})
