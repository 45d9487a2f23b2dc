/** Intake: from the inbox to episodes, from episodes to incidents. What was accepted is retried until it is taken in. */
import type { Episode } from '../alert/episode.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import { type Arrival, admit } from './admit.ts'
import { applyNotification } from './apply-notification.ts'
import type { EngineDeps } from './deps.ts'
import { commit } from './journal.ts'
import { yieldLoop } from './yield-loop.ts'

/** Takes in what is committed to the inbox. */
export type Intake = {
  /** Something was committed, or may be taken in now. */
  readonly wake: () => void
  /** Resolves when nothing is being taken in any more. */
  readonly stop: () => Promise<void>
}

/** How long to wait after a fault: of the storage, or of the container engine that has to list its containers. */
const retryMs = 5_000

/** Episodes that are routed in one transaction; between slices the event loop runs. */
const sliceSize = 50

/** Creates an intake. `kick` is told of each target whose incident has to look. */
export function createIntake(deps: EngineDeps, kick: (target: string) => void): Intake {
  const { ledger, clock, log } = deps
  const stopping = new AbortController()
  let isWoken = false
  let isListed = true
  let running: Promise<void> | null = null

  /** One at a time: a notification may be large, and so may be the backlog. */
  const applyInbox = async (): Promise<void> => {
    for (;;) {
      const [entry] = ledger.pendingNotifications(1)
      if (entry === undefined) return
      for (const target of await applyNotification(deps, entry)) kick(target)
    }
  }

  const listContainers = async (): Promise<Arrival['containers']> => {
    try {
      const containers = await deps.containers.list(stopping.signal)
      isListed = true
      return containers
    } catch (error) {
      if (!(error instanceof AdapterError) || stopping.signal.aborted) throw error
      if (isListed) log.warn({ err: error }, 'containers cannot be listed')
      isListed = false
      return error
    }
  }

  const admitAll = (episodes: readonly Episode[], containers: Arrival['containers']): void => {
    const targets = commit(deps, (within) => episodes.map((episode) => admit(deps, within, { episode, containers })))
    for (const target of new Set(targets)) if (target !== null) kick(target)
  }

  /** One episode that cannot be taken in must not hold up the others of its slice. */
  const admitEach = (episodes: readonly Episode[], containers: Arrival['containers']): void => {
    const failures = episodes.flatMap((episode) => {
      try {
        admitAll([episode], containers)
        return []
      } catch (error) {
        return [error]
      }
    })
    if (failures.length > 0) throw failures[0]
  }

  /** What needs no container is decided without them; the rest is told that they cannot be listed, and tried again. */
  const routeEpisodes = async (): Promise<void> => {
    const episodes = ledger.unroutedEpisodes()
    if (episodes.length === 0) return
    const containers = await listContainers()
    let failure: { readonly error: unknown } | null = null
    for (let start = 0; start < episodes.length && !stopping.signal.aborted; start += sliceSize) {
      const slice = episodes.slice(start, start + sliceSize)
      try {
        admitAll(slice, containers)
      } catch {
        try {
          admitEach(slice, containers)
        } catch (error) {
          failure ??= { error }
        }
      }
      await yieldLoop()
    }
    if (failure !== null) throw failure.error
    if (containers instanceof AdapterError && ledger.unroutedEpisodes().length > 0) throw containers
  }

  /** Takes in until nothing is left; faults are retried for ever, because an accepted alert is never dropped. */
  const takeIn = async (): Promise<void> => {
    while (isWoken && !stopping.signal.aborted) {
      isWoken = false
      try {
        await applyInbox()
        await routeEpisodes()
      } catch (error) {
        if (stopping.signal.aborted) return
        if (!(error instanceof AdapterError)) log.error({ err: error }, 'intake failed')
        isWoken = true
        await clock.sleep(retryMs, stopping.signal).catch(() => {})
      }
    }
  }

  const wake = (): void => {
    isWoken = true
    if (running !== null || stopping.signal.aborted) return
    running = takeIn().finally(() => {
      running = null
      if (isWoken) wake()
    })
  }

  return {
    wake,
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await running
    },
  }
}
