import { describe, expect, it, onTestFinished } from 'vitest'
import { createOutbox } from '../../../src/escalation/outbox.ts'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import type { EscalationMessage, ReceiverPort } from '../../../src/remediation/ports.ts'
import { newIncident, openTemporaryStore } from '../../support/temporary-store.ts'
import { createVirtualClock } from './virtual-clock.ts'

type Answer = 'accept' | 'fail' | 'hang'

const fakeReceiver = (name: string, refreshMs: number | null = null) => {
  const told: { readonly at: number; readonly text: string }[] = []
  let answer: Answer = 'accept'
  const port = (now: () => number): ReceiverPort => ({
    name,
    refreshMs,
    deliver: (message, signal) => {
      told.push({ at: now(), text: `${message.incident} ${message.status}` })
      if (answer === 'accept') return Promise.resolve()
      if (answer === 'fail') return Promise.reject(new AdapterError('receiver', 'unreachable', 'no answer, token=abc'))
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  })
  return {
    name,
    told,
    port,
    will: (next: Answer) => {
      answer = next
    },
  }
}

const setUp = (...receivers: ReturnType<typeof fakeReceiver>[]) => {
  const clock = createVirtualClock()
  const { ledger } = openTemporaryStore()
  const tries: string[] = []
  const logged: string[] = []
  const line = (fields: Readonly<Record<string, unknown>>, phrase: string) =>
    void logged.push(`${phrase} ${JSON.stringify(fields)}`)
  const outbox = createOutbox({
    ledger,
    receivers: receivers.map((receiver) => receiver.port(clock.now)),
    clock,
    log: { debug: line, info: line, warn: line, error: line },
    metrics: { tried: (receiver, result) => void tries.push(`${receiver} ${result}`) },
    random: () => 1,
  })
  const open = (target = 'local/shop/web') => ledger.openIncident(newIncident(target)).id
  const message = (incident: number, status: 'firing' | 'resolved' = 'firing'): EscalationMessage => ({
    incident,
    status,
    startsAt: clock.now(),
    labels: {},
    annotations: {},
  })
  const enqueue = (receiver: string, incident: number, status: 'firing' | 'resolved' = 'firing') => {
    ledger.enqueueDelivery(receiver, message(incident, status), clock.now())
    outbox.notify()
  }
  const start = () => {
    const stop = new AbortController()
    const ended = outbox.run(stop.signal)
    const end = async () => {
      stop.abort(new Error('over'))
      await ended
    }
    onTestFinished(end)
    return end
  }
  const events = (incident: number) => ledger.timeline(incident).map(({ kind, text }) => `${kind}: ${text}`)
  return { clock, ledger, outbox, tries, logged, open, enqueue, start, events }
}

describe('the outbox', () => {
  it('delivers what was enqueued before it started', async () => {
    const pager = fakeReceiver('pager')
    const { clock, ledger, open, enqueue, start, events, tries } = setUp(pager)
    const incident = open()
    enqueue('pager', incident)
    start()
    await clock.settle()
    expect(pager.told.map(({ text }) => text)).toEqual([`${incident} firing`])
    expect(events(incident)).toEqual(['escalation-delivered: told by pager'])
    expect(ledger.undeliveredCount()).toBe(0)
    expect(tries).toEqual(['pager delivered'])
    await clock.advance(24 * 60 * 60 * 1000)
    expect(pager.told).toHaveLength(1)
  })

  it('delivers at once what is enqueued while it sleeps', async () => {
    const pager = fakeReceiver('pager')
    const { clock, open, enqueue, start } = setUp(pager)
    start()
    await clock.advance(90_000)
    const incident = open()
    enqueue('pager', incident)
    await clock.settle()
    expect(pager.told).toEqual([{ at: clock.now(), text: `${incident} firing` }])
  })

  it('tries again after 1 s, 2 s, 4 s ... at most 60 s, for as long as it takes', async () => {
    const pager = fakeReceiver('pager')
    pager.will('fail')
    const { clock, ledger, open, enqueue, start, events } = setUp(pager)
    const incident = open()
    enqueue('pager', incident)
    start()
    await clock.advance(300_000)
    const waits = pager.told.map(({ at }, index) => (at - (pager.told[index - 1]?.at ?? at)) / 1000)
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(ledger.undeliveredCount()).toBe(1)
    pager.will('accept')
    await clock.advance(60_000)
    expect(ledger.undeliveredCount()).toBe(0)
    expect(events(incident)).toEqual([
      'escalation-failed: not delivered by pager yet: no answer, token=[redacted]',
      'escalation-delivered: told by pager',
    ])
  })

  it('repeats a firing message while it holds, and tells of the first delivery only', async () => {
    const alertmanager = fakeReceiver('alertmanager', 60_000)
    const { clock, ledger, open, enqueue, start, events } = setUp(alertmanager)
    const incident = open()
    enqueue('alertmanager', incident)
    start()
    await clock.advance(150_000)
    expect(alertmanager.told).toHaveLength(3)
    alertmanager.will('fail')
    await clock.advance(60_000)
    alertmanager.will('accept')
    ledger.withdrawDeliveries(incident)
    enqueue('alertmanager', incident, 'resolved')
    await clock.advance(600_000)
    expect(alertmanager.told.at(-1)?.text).toBe(`${incident} resolved`)
    expect(alertmanager.told.filter(({ text }) => text.endsWith('resolved'))).toHaveLength(1)
    expect(events(incident)).toEqual([
      'escalation-delivered: told by alertmanager',
      'escalation-delivered: told by alertmanager that it is over',
    ])
  })

  it.each(['fail', 'accept'] as const)('is not delayed by a clock that jumps back, when they %s', async (answer) => {
    const alertmanager = fakeReceiver('alertmanager', 60_000)
    alertmanager.will(answer)
    const { clock, open, enqueue, start } = setUp(alertmanager)
    const incident = open()
    enqueue('alertmanager', incident)
    start()
    await clock.advance(150_000)
    const before = alertmanager.told.length
    clock.jump(-24 * 60 * 60 * 1000)
    await clock.advance(60_000)
    expect(alertmanager.told.length).toBe(before + 1)
    await clock.advance(120_000)
    expect(alertmanager.told.length).toBe(before + 3)
  })

  it('is not delayed by a receiver that hangs, at another receiver or for another incident', async () => {
    const [hanging, pager] = [fakeReceiver('hanging'), fakeReceiver('pager')]
    hanging.will('hang')
    const { clock, open, enqueue, start } = setUp(hanging, pager)
    const incidents = Array.from({ length: 10 }, (_, index) => open(`local/shop/service-${index}`))
    for (const incident of incidents) enqueue('hanging', incident)
    for (const incident of incidents) enqueue('pager', incident)
    start()
    await clock.advance(5000)
    expect(pager.told.map(({ text }) => text)).toEqual(incidents.map((incident) => `${incident} firing`))
    expect(hanging.told).toHaveLength(4)
    await clock.advance(120_000)
    expect(new Set(hanging.told.map(({ text }) => text)).size).toBe(10)
  })

  it('never lets the end of an escalation overtake its beginning', async () => {
    const pager = fakeReceiver('pager')
    pager.will('hang')
    const { clock, ledger, open, enqueue, start } = setUp(pager)
    const incident = open()
    enqueue('pager', incident)
    start()
    await clock.settle()
    ledger.withdrawDeliveries(incident)
    enqueue('pager', incident, 'resolved')
    await clock.advance(29_000)
    expect(pager.told).toHaveLength(1)
    pager.will('accept')
    await clock.advance(2000)
    expect(pager.told.map(({ text }) => text)).toEqual([`${incident} firing`, `${incident} resolved`])
  })

  it('leaves what is in flight when it stops due for the next start', async () => {
    const pager = fakeReceiver('pager')
    pager.will('hang')
    const { clock, ledger, open, enqueue, start, events } = setUp(pager)
    const incident = open()
    enqueue('pager', incident)
    const stop = start()
    await clock.settle()
    await stop()
    expect(events(incident)).toEqual([])
    expect(ledger.dueDeliveries(clock.now(), 10)).toMatchObject([{ attempts: 0, lastError: null }])
  })

  it('keeps visible what is meant for a receiver that is no longer configured', async () => {
    const { clock, ledger, open, enqueue, start, events } = setUp()
    const incident = open()
    enqueue('gone', incident)
    start()
    await clock.advance(10_000)
    expect(ledger.undeliveredCount()).toBe(1)
    expect(events(incident)).toEqual([
      'escalation-failed: not delivered by gone yet: no receiver of this name is configured',
    ])
  })

  it('survives a ledger that fails, and does not try in a circle meanwhile', async () => {
    const pager = fakeReceiver('pager')
    const { clock, ledger, open, logged } = setUp(pager)
    const incident = open()
    ledger.enqueueDelivery('pager', { incident, status: 'firing', startsAt: 0, labels: {}, annotations: {} }, 0)
    let isFull = true
    const line = (_: object, phrase: string) => void logged.push(phrase)
    const failing = {
      ...ledger,
      transaction: <T>(work: () => T): T => {
        if (isFull) throw new Error('disk full')
        return ledger.transaction(work)
      },
    }
    const outbox = createOutbox({
      ledger: failing,
      receivers: [pager.port(clock.now)],
      clock,
      log: { debug: line, info: line, warn: line, error: line },
    })
    const stop = new AbortController()
    const ended = outbox.run(stop.signal)
    await clock.advance(3500)
    expect(pager.told).toHaveLength(4)
    expect(logged).toContain('delivery not recorded')
    isFull = false
    await clock.advance(5000)
    expect(pager.told).toHaveLength(5)
    expect(ledger.undeliveredCount()).toBe(0)
    stop.abort(new Error('over'))
    await ended
  })
})
