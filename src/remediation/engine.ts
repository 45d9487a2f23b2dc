/** The engine: from the inbox to settled incidents. Started, woken, stopped by the composition root. */
import type { Episode } from '../alert/episode.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import { admit } from './admit.ts'
import { applyNotification } from './apply-notification.ts'
import type { EngineDeps } from './deps.ts'
import type { Container } from './ports.ts'
import { createQueue } from './queue.ts'
import { step } from './step.ts'

/** The engine as the composition root sees it. */
export type Engine = {
  /** Goes on from what is committed: unsettled attempts, waiting incidents, the inbox. */
  readonly start: () => void
  /** Something was committed to the inbox. */
  readonly wake: () => void
  /** A person or a job changed something about the target. */
  readonly kick: (target: string) => void
  /** Stops taking in and proving; a running action is seen through. */
  readonly stop: () => Promise<void>
}

/** How long to wait before containers are listed again after the container engine did not answer. */
const retryMs = 5_000

/** Notifications that are applied before episodes are routed. */
const batchSize = 50

/** Episodes that are routed in one transaction; between slices the event loop runs. */
const sliceSize = 50

/** Creates the engine; nothing happens before `start`. */
export function createEngine(deps: EngineDeps): Engine {
  const { ledger, clock, log } = deps
  const stopping = new AbortController()
  const queue = createQueue({ step: (target, signal) => step(deps, target, signal), clock, log })
  const stillFiring = new Set<number>()
  let isWoken = false
  let intake: Promise<void> | null = null

  const applyInbox = async (): Promise<void> => {
    for (;;) {
      const entries = ledger.pendingNotifications(batchSize)
      if (entries.length === 0) return
      for (const entry of entries) {
        const applied = await applyNotification(deps, entry)
        for (const id of applied.stillFiring) stillFiring.add(id)
        for (const target of applied.targets) queue.kick(target)
      }
    }
  }

  const episodesToRoute = (): readonly Episode[] => {
    const again = [...stillFiring].flatMap((id) => ledger.episode(id) ?? [])
    return [...again.filter((episode) => episode.state === 'firing'), ...ledger.unroutedEpisodes()]
  }

  const routeEpisodes = async (): Promise<void> => {
    const episodes = episodesToRoute()
    if (episodes.length === 0) return
    const containers: readonly Container[] = await deps.containers.list(stopping.signal)
    for (let start = 0; start < episodes.length; start += sliceSize) {
      const slice = episodes.slice(start, start + sliceSize)
      const targets = ledger.transaction(() => slice.map((episode) => admit(deps, episode, containers)))
      for (const episode of slice) stillFiring.delete(episode.id)
      for (const target of new Set(targets)) if (target !== null) queue.kick(target)
      await new Promise((resolve) => setImmediate(resolve))
    }
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
        const phrase = error instanceof AdapterError ? 'containers cannot be listed' : 'intake failed'
        log.error({ err: error }, phrase)
        isWoken = true
        await clock.sleep(retryMs, stopping.signal).catch(() => {})
      }
    }
  }

  const wake = (): void => {
    isWoken = true
    if (intake !== null || stopping.signal.aborted) return
    intake = takeIn().finally(() => {
      intake = null
      if (isWoken) wake()
    })
  }

  return {
    start: () => {
      for (const incident of ledger.activeIncidents()) queue.kick(incident.target)
      wake()
    },
    wake,
    kick: queue.kick,
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await Promise.all([intake, queue.stop()])
    },
  }
}
