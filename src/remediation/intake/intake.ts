/** Intake: from the inbox to episodes, from episodes to incidents. What was accepted is retried until it is taken in. */
import type { Episode } from '../../alert/episode.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import type { EngineDeps } from '../deps.ts'
import { type Commit, commit } from '../journal.ts'
import { yieldLoop } from '../yield-loop.ts'
import { type Arrival, admit } from './admit.ts'
import { applyInbox } from './apply-inbox.ts'
import type { Effects } from './apply-notification.ts'
import { type Listing as ContainerListing, listAll, listFor } from './list-for.ts'
import { createReconciler, type Listing } from './reconcile.ts'

/** Takes in what is committed to the inbox. */
export type Intake = {
  /** Something was committed, or may be taken in now. */
  readonly wake: () => void
  /** Brings episodes in line with a listing, after what was accepted before it; resolves with whether that was done. */
  readonly reconcile: (listing: Listing) => Promise<boolean>
  /** Resolves when nothing is being taken in any more. */
  readonly stop: () => Promise<void>
}

/** How long to wait after a fault: of the storage, or of the container engine that has to list its containers. */
const retryMs = 5_000

/** Episodes that are routed in one transaction; between slices the event loop runs. */
const sliceSize = 50

/** Alerts that are applied at a stretch: then what they led to is routed, however many more there are. */
const roundSize = 2_000

/** A listing waits until what was accepted before it is applied, but for no more alerts than this: there will be another. */
const listingPatience = 50_000

/** Told of what was taken in. */
export type IntakeListener = {
  /** The target's incident has to look. */
  readonly kick: (target: string) => void
  /** Only a listing of Alertmanager's alerts, asked for from now on, can tell what a notification left open. */
  readonly wantListing: () => void
}

type Work = { readonly listing: Listing; readonly done: (isApplied: boolean) => void }

/** Creates an intake. */
export function createIntake(deps: EngineDeps, { kick, wantListing }: IntakeListener): Intake {
  const { ledger, clock, log } = deps
  const stopping = new AbortController()
  let isWoken = false
  let isListed = true
  let running: Promise<void> | null = null
  let work: Work | null = null
  const reconciler = createReconciler(deps)

  const { breathe: pause = yieldLoop } = deps

  /**
   * Incidents that lost an alert look when the round is over: what closed the alert may have opened another one, which is
   * routed first. Else the incident could end between the two, and count as reopened.
   */
  const closed = new Set<string>()
  const look = (): void => {
    for (const target of closed) kick(target)
    closed.clear()
  }

  /** Answers whether the inbox is empty. */
  const emptyInbox = (most: number): Promise<boolean> => {
    const applied = ({ targets, wantsListing }: Effects): void => {
      for (const target of targets) closed.add(target)
      if (wantsListing) wantListing()
    }
    return applyInbox(deps, { most, pause, applied, signal: stopping.signal })
  }

  /** A long listing does not hold up what is accepted meanwhile. */
  const betweenSlices = async (): Promise<void> => {
    await pause()
    stopping.signal.throwIfAborted()
    await emptyInbox(roundSize)
  }

  const applyListing = async (): Promise<void> => {
    if (work === null) return
    const { listing, done } = work
    work = null
    let isApplied = false
    try {
      if (!(await emptyInbox(listingPatience))) return
      for (const target of await reconciler.apply(listing, betweenSlices)) closed.add(target)
      isApplied = true
    } finally {
      done(isApplied)
    }
  }

  /** A full slice is one of many: they share one listing of everything. */
  const listContainers = async (slice: readonly Episode[]): Promise<ContainerListing> => {
    const { signal } = stopping
    const listing = await (slice.length < sliceSize ? listFor(deps, slice, signal) : listAll(deps, signal))
    signal.throwIfAborted()
    const { containers } = listing
    if (isListed && containers instanceof AdapterError) log.warn({ err: containers }, 'containers cannot be listed')
    if (containers instanceof AdapterError) isListed = false
    else if (containers.length > 0) isListed = true
    return listing
  }

  const admitAll = (episodes: readonly Episode[], containers: Arrival['containers']): void => {
    const admitted = (within: Commit) => episodes.map((episode) => admit(deps, within, { episode, containers }))
    // What is lost of it with the machine is decided again: whatever acts upon it is synced before it acts.
    const targets = commit(deps, admitted, 'with-the-next')
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
    let slice = ledger.unroutedEpisodes(0, sliceSize)
    if (slice.length === 0) return
    let listing = await listContainers(slice)
    let failure: { readonly error: unknown } | null = null
    while (slice.length > 0 && !stopping.signal.aborted) {
      while (!listing.covers(slice)) listing = await listContainers(slice)
      try {
        admitAll(slice, listing.containers)
      } catch {
        try {
          admitEach(slice, listing.containers)
        } catch (error) {
          failure ??= { error }
        }
      }
      await pause()
      slice = ledger.unroutedEpisodes(slice.at(-1)?.id, sliceSize)
    }
    if (failure !== null) throw failure.error
    const { containers } = listing
    if (containers instanceof AdapterError && ledger.unroutedEpisodes(0, 1).length > 0) throw containers
  }

  /** Takes in until nothing is left; faults are retried for ever, because an accepted alert is never dropped. */
  const takeIn = async (): Promise<void> => {
    while (isWoken && !stopping.signal.aborted) {
      // What has just been accepted is answered first.
      await pause()
      isWoken = false
      try {
        if (!(await emptyInbox(roundSize))) isWoken = true
        await applyListing()
        await routeEpisodes()
        look()
      } catch (error) {
        if (stopping.signal.aborted) return
        if (!(error instanceof AdapterError)) log.error({ err: error }, 'intake failed')
        look()
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
    reconcile: (listing) =>
      new Promise((resolve) => {
        work?.done(false)
        work = { listing, done: resolve }
        if (stopping.signal.aborted) resolve(false)
        else wake()
      }),
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await running
      work?.done(false)
    },
  }
}
