/**
 * The outbox: delivers what the ledger says is due, and tries again until it is accepted.
 *
 * - due:       the ledger says so; started at once, unless the same receiver is being told of the same incident
 * - in flight: ends with success, failure or deadline; whichever it is, the ledger knows before the next try
 *
 * What was in flight when the process ended is due again at the next start: a message may arrive twice, never not at all.
 */
import type { Clock } from '../lib/clock.ts'
import { withDeadline } from '../lib/deadline.ts'
import type { Log } from '../lib/log.ts'
import { redactSecrets } from '../lib/redact.ts'
import type { Delivery, Ledger } from '../remediation/ledger.ts'
import type { ReceiverPort } from '../remediation/ports.ts'
import { backoffMs } from './backoff.ts'

/** What the outbox is given. */
export type OutboxDeps = {
  readonly ledger: Pick<
    Ledger,
    'transaction' | 'append' | 'dueDeliveries' | 'nextDeliveryAt' | 'deliverySucceeded' | 'deliveryFailed'
  >
  readonly receivers: readonly ReceiverPort[]
  readonly clock: Clock
  readonly log: Log
  /** Told of every try; must not throw. */
  readonly metrics?: { readonly tried: (receiver: string, result: 'delivered' | 'failed') => void }
  /** Between 0 and 1; default `Math.random`. */
  readonly random?: () => number
  /** Deadline for one try; default 30 s. */
  readonly timeoutMs?: number
}

/** Delivers escalations. */
export type Outbox = {
  /** Delivers until the signal aborts, and resolves when nothing is in flight any more. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Makes `run` look at the ledger at once. */
  readonly notify: () => void
}

/** Receivers times incidents that are escalated at a time: far fewer than this. */
const mostDue = 10_000
/** In flight at a time for each receiver, so that one that hangs does not collect connections. */
const mostInFlight = 4
const longestSleepMs = 60_000
/** Between looks while something that is due has to wait, and after a fault of the ledger. */
const pauseMs = 1000

/** Creates an outbox. Receivers do not wait for each other, nor do incidents at the same receiver. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { ledger, clock, log } = deps
  const inFlight = new Map<string, { readonly receiver: string; readonly ended: Promise<void> }>()
  let wake = Promise.withResolvers<void>()

  const hasRoom = (receiver: string): boolean =>
    [...inFlight.values()].filter((delivery) => delivery.receiver === receiver).length < mostInFlight
  const start = (delivery: Delivery, signal: AbortSignal): void => {
    const key = `${delivery.message.incident} ${delivery.receiver}`
    if (inFlight.has(key) || !hasRoom(delivery.receiver)) return
    const ended = deliver(deps, delivery, signal)
      .catch(async (error: unknown) => {
        log.error({ receiver: delivery.receiver, incident: delivery.message.incident, error }, 'delivery not recorded')
        await pause(clock, pauseMs, signal)
      })
      .finally(() => {
        inFlight.delete(key)
        wake.resolve()
      })
    inFlight.set(key, { receiver: delivery.receiver, ended })
  }
  /** Answers how long nothing needs to be looked at. */
  const startDue = (signal: AbortSignal): number => {
    try {
      const now = clock.now()
      for (const delivery of ledger.dueDeliveries(now, mostDue)) start(delivery, signal)
      const next = ledger.nextDeliveryAt()
      if (next === null) return longestSleepMs
      return next <= now ? pauseMs : Math.min(next - now, longestSleepMs)
    } catch (error) {
      log.error({ error }, 'due deliveries not readable')
      return pauseMs
    }
  }
  return {
    notify: () => wake.resolve(),
    run: async (signal) => {
      while (!signal.aborted) {
        wake = Promise.withResolvers()
        const rest = new AbortController()
        const sleepMs = startDue(signal)
        await Promise.race([wake.promise, pause(clock, sleepMs, AbortSignal.any([signal, rest.signal]))])
        rest.abort()
      }
      await Promise.all([...inFlight.values()].map((delivery) => delivery.ended))
    },
  }
}

/** Resolves after `ms`, or when the signal aborts. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch(() => {})
}

/** One try. Rejects only when the ledger fails. */
async function deliver(deps: OutboxDeps, delivery: Delivery, signal: AbortSignal): Promise<void> {
  const receiver = deps.receivers.find(({ name }) => name === delivery.receiver)
  const ms = deps.timeoutMs ?? 30_000
  let failure: unknown
  try {
    if (receiver === undefined) throw new Error('no receiver of this name is configured')
    await withDeadline(deps.clock, { ms, signal }, (inner) => receiver.deliver(delivery.message, inner))
  } catch (error) {
    // What is broken off because the process ends has not failed: it stays due.
    if (signal.aborted) return
    failure = error
  }
  deps.metrics?.tried(delivery.receiver, failure === undefined ? 'delivered' : 'failed')
  if (failure === undefined) recordSuccess(deps, delivery, receiver?.refreshMs ?? null)
  else recordFailure(deps, delivery, failure)
}

function recordSuccess({ ledger, clock, log }: OutboxDeps, delivery: Delivery, refreshMs: number | null): void {
  const { receiver, message } = delivery
  const at = clock.now()
  const isFirst = delivery.deliveredAt === null
  const nextDueAt = refreshMs === null || message.status === 'resolved' ? null : at + refreshMs
  ledger.transaction(() => {
    ledger.deliverySucceeded(delivery.id, at, nextDueAt)
    if (!isFirst) return
    const text = message.status === 'firing' ? `told by ${receiver}` : `told by ${receiver} that it is over`
    const data = { receiver, status: message.status, failures: delivery.attempts }
    ledger.append({ incident: message.incident, at, kind: 'escalation-delivered', text, data })
  })
  if (isFirst) log.info({ incident: message.incident, receiver, status: message.status }, 'escalation delivered')
}

function recordFailure(deps: OutboxDeps, delivery: Delivery, failure: unknown): void {
  const { ledger, clock, log } = deps
  const { receiver, message, attempts } = delivery
  const at = clock.now()
  const error = redactSecrets(failure instanceof Error ? failure.message : 'the receiver failed')
  const nextDueAt = at + backoffMs(attempts, deps.random ?? Math.random)
  ledger.transaction(() => {
    ledger.deliveryFailed(delivery.id, error, nextDueAt)
    if (attempts > 0 || delivery.deliveredAt !== null) return
    const text = `not delivered by ${receiver} yet: ${error}`
    ledger.append({ incident: message.incident, at, kind: 'escalation-failed', text, data: { receiver, error } })
  })
  const fields = { incident: message.incident, receiver, status: message.status, failures: attempts + 1, found: error }
  if (attempts === 0) log.warn(fields, 'escalation not delivered')
  else log.debug(fields, 'escalation not delivered')
}
