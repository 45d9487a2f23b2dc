/**
 * The event watcher: keeps a stream of container events open and feeds the journal.
 *
 * The stream is opened again whenever it ends, with growing pauses, from the last event on. The engine keeps few events and
 * none across its own restart: when it does not repeat the last one, some may be missing, and the journal's horizon moves.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type ContainerEvent, parseContainerEvent, sinceOf } from './container-event.ts'
import type { DockerLog } from './docker-log.ts'
import type { EngineClient } from './engine-client.ts'
import { linesOf } from './event-lines.ts'
import type { ExitJournal } from './exit-journal.ts'

/** Pauses between attempts to open the stream: the first, doubled each time up to the most. */
export type Backoff = { readonly firstMs: number; readonly mostMs: number }

/** What the watcher works with. */
export type WatcherParts = {
  readonly client: Pick<EngineClient, 'events'>
  readonly journal: ExitJournal
  readonly now: () => number
  readonly log: DockerLog
  readonly backoff?: Backoff
}

/** The watcher. */
export type EventWatcher = {
  /** Resolves after the first attempt to open the stream, whatever came of it; the watcher goes on until `stop`. */
  readonly start: () => Promise<void>
  /** Ends the stream and resolves when nothing runs any more. */
  readonly stop: () => Promise<void>
  /**
   * Waits until `isSettled` holds after some event, or the time is up, or the stream is not open. A stream that is not
   * open is opened at once: who asks has just heard from the engine.
   */
  readonly settle: (isSettled: () => boolean, withinMs: number, signal: AbortSignal) => Promise<void>
}

/** A stream that lived this long did not fail at once: the next pause is the first again. */
const STEADY_MS = 10_000
const KEEP_ALIVE_MS = 30_000

/** Makes a watcher that is not started. */
export function createEventWatcher({ client, journal, now, log, backoff }: WatcherParts): EventWatcher {
  const { firstMs, mostMs } = backoff ?? { firstMs: 250, mostMs: 30_000 }
  const ending = new AbortController()
  const listeners = new Set<() => void>()
  let last: ContainerEvent | null = null
  let isOpen = false
  let running: Promise<void> | undefined
  let announceFirst = () => {}
  let pause = new AbortController()

  const read = async (stream: Parameters<typeof linesOf>[0], openedAt: number) => {
    const before = { last, horizon: journal.horizon() }
    let isFirst = true
    journal.setHorizon(openedAt)
    for await (const line of linesOf(stream)) {
      const event = parseContainerEvent(line)
      if (event === null) continue
      if (isFirst) journal.setHorizon(isSame(event, before.last) ? before.horizon : Math.min(openedAt, event.at))
      isFirst = false
      last = event
      journal.take(event)
      for (const listener of listeners) listener()
    }
  }

  const watchOnce = async () => {
    const stream = await client.events(last === null ? '0' : sinceOf(last), ending.signal)
    if ('socket' in stream) keepAlive(stream.socket)
    isOpen = true
    announceFirst()
    log.info({}, 'docker events connected')
    try {
      await read(stream, now())
      throw new Error('the engine ended the stream')
    } finally {
      isOpen = false
      stream.destroy()
      for (const listener of listeners) listener()
    }
  }

  const watch = async () => {
    let pauseMs = firstMs
    while (!ending.signal.aborted) {
      const begunAt = now()
      await watchOnce().catch((error: unknown) => {
        if (!ending.signal.aborted) log.warn({ err: error, retryInMs: pauseMs }, 'docker events disconnected')
      })
      announceFirst()
      if (now() - begunAt > STEADY_MS) pauseMs = firstMs
      pause = new AbortController()
      await sleep(pauseMs, undefined, { signal: AbortSignal.any([ending.signal, pause.signal]) }).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, mostMs)
    }
  }

  return {
    start: () => {
      const first = new Promise<void>((resolve) => {
        announceFirst = resolve
      })
      running ??= watch()
      return first
    },
    stop: async () => {
      ending.abort()
      await running
    },
    settle: (isSettled, withinMs, signal) =>
      new Promise((resolve) => {
        if (!isOpen) pause.abort()
        const look = () => {
          if (isOpen && !isSettled() && !signal.aborted) return
          clearTimeout(timer)
          listeners.delete(look)
          signal.removeEventListener('abort', look)
          resolve()
        }
        const giveUp = () => {
          listeners.delete(look)
          signal.removeEventListener('abort', look)
          resolve()
        }
        const timer = setTimeout(giveUp, withinMs)
        listeners.add(look)
        signal.addEventListener('abort', look, { once: true })
        look()
      }),
  }
}

function isSame(event: ContainerEvent, other: ContainerEvent | null): boolean {
  return event.atNanos === other?.atNanos && event.id === other.id && event.action === other.action
}

/** Without it a stream over TCP whose other end vanished would wait for ever. */
function keepAlive(socket: unknown): void {
  const setKeepAlive: unknown = Reflect.get(Object(socket), 'setKeepAlive')
  if (typeof setKeepAlive === 'function') Reflect.apply(setKeepAlive, socket, [true, KEEP_ALIVE_MS])
}
