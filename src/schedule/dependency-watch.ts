/** Watches the systems that selfheal depends on: asks each of them again and again whether it answers. */
import cron from 'node-cron'
import type { Log } from '../lib/log.ts'
import { toCronLogger } from './cron-logger.ts'

/** A system, by the name that metrics and status use, and the question whether it answers. */
export type Dependency = {
  readonly name: string
  /** Resolves when the system answers. */
  readonly ping: (signal: AbortSignal) => Promise<void>
}

/** What was seen when a system was last asked. */
export type Reachability = 'up' | 'down' | 'unknown'

/** The watch. */
export type DependencyWatch = {
  /** Asks at once, then every 15 s; resolves after the first answers. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** `unknown` before the first answer, or for a name that is not watched. */
  readonly seen: (name: string) => Reachability
}

/** What the watch is made with. */
export type WatchDeps = {
  readonly dependencies: readonly Dependency[]
  readonly log: Log
  /** Told at each answer. */
  readonly report: (name: string, isUp: boolean) => void
}

const everyFifteenSeconds = '*/15 * * * * *'
const patienceMs = 5_000

/** Creates the watch; nothing is asked before `start`. */
export function createDependencyWatch({ dependencies, log, report }: WatchDeps): DependencyWatch {
  const seen = new Map<string, Reachability>()
  const stopping = new AbortController()

  const note = (name: string, isUp: boolean, fields: Readonly<Record<string, unknown>>): void => {
    const now = isUp ? 'up' : 'down'
    if (seen.get(name) !== now) log[isUp ? 'info' : 'warn']({ dependency: name, ...fields }, `dependency is ${now}`)
    seen.set(name, now)
    report(name, isUp)
  }

  const ask = async ({ name, ping }: Dependency): Promise<void> => {
    try {
      await ping(AbortSignal.any([stopping.signal, AbortSignal.timeout(patienceMs)]))
      note(name, true, {})
    } catch (error) {
      if (!stopping.signal.aborted) note(name, false, { err: error })
    }
  }

  const askAll = async (): Promise<void> => {
    await Promise.all(dependencies.map(ask))
  }

  const task = cron.createTask(everyFifteenSeconds, askAll, {
    noOverlap: true,
    name: 'dependency-watch',
    logger: toCronLogger(log, 'dependency-watch'),
  })
  return {
    start: async () => {
      await askAll()
      if (!stopping.signal.aborted) await task.start()
    },
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await task.destroy()
    },
    seen: (name) => seen.get(name) ?? 'unknown',
  }
}
