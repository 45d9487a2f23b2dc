/**
 * The journal of how containers ended: container events in, deaths with what led to them out. No input or output of its own.
 *
 * - death:    a `die` event, with the kills since the container's start, and the `stop` event that may follow
 * - horizon:  from when on no event was missed; the engine forgets events, and a death whose kill may have been missed says so
 * - attested: the journal saw everything that could have led to the death
 */
import type { ContainerEvent } from './container-event.ts'
import type { OwnActs } from './own-acts.ts'

/** A signal that was sent through the engine. Instants are of the engine's clock, epoch milliseconds. */
export type Kill = { readonly signal: number | null; readonly at: number; readonly isOurs: boolean }

/** How a container ended. */
export type Death = {
  readonly at: number
  readonly exitCode: number | null
  readonly kills: readonly Kill[]
  /** The engine said that it had been stopped through it; `null` where it did not. */
  readonly stop: { readonly isOurs: boolean } | null
  readonly isAttested: boolean
}

/** The journal. */
export type ExitJournal = {
  /** Takes the next event; the same events may be taken again, in order. */
  readonly take: (event: ContainerEvent) => void
  /** The container's last death since its last seen start. */
  readonly deathOf: (id: string) => Death | undefined
  /** When the container, which has not died since, was last sent a signal through the engine; `null`: not in what was seen. */
  readonly killedAt: (id: string) => number | null
  /** Epoch milliseconds; `Infinity` as long as nothing is known. */
  readonly horizon: () => number
  readonly setHorizon: (at: number) => void
}

type Life = { readonly startedAt: number | null; readonly kills: readonly Kill[]; readonly death: Death | null }

const UNSEEN: Life = { startedAt: null, kills: [], death: null }
/** A kill that ends a container without a `stop` event to follow does so within this time. */
const KILL_TO_DEATH_MS = 15_000
/** Somebody may send a signal for years. */
const KILLS_KEPT = 32

/** Makes an empty journal; our own stops are known by `acts`. */
export function createExitJournal(acts: Pick<OwnActs, 'isOurs' | 'noteDeath'>): ExitJournal {
  const lives = new Map<string, Life>()
  let horizon = Number.POSITIVE_INFINITY

  const die = (life: Life, { id, at, exitCode }: ContainerEvent): Life => {
    if (life.death?.at === at) return life
    if (life.kills.some((kill) => kill.isOurs)) acts.noteDeath(id, at)
    const sawStart = life.startedAt !== null && life.startedAt >= horizon
    const isAttested = sawStart || at - horizon > KILL_TO_DEATH_MS
    return { ...life, kills: [], death: { at, exitCode, kills: life.kills, stop: null, isAttested } }
  }

  const next = (life: Life, event: ContainerEvent): Life | null => {
    const isOurs = acts.isOurs(event.id, event.at)
    switch (event.action) {
      case 'kill': {
        if (life.kills.some(({ at, signal }) => at === event.at && signal === event.signal)) return life
        return { ...life, kills: [...life.kills, { signal: event.signal, at: event.at, isOurs }].slice(-KILLS_KEPT) }
      }
      case 'die':
        return die(life, event)
      case 'stop': {
        if (life.death === null) return life
        const stop = { isOurs: isOurs || life.death.kills.some((kill) => kill.isOurs) }
        return { ...life, death: { ...life.death, stop } }
      }
      case 'start':
        return { startedAt: event.at, kills: [], death: null }
      case 'destroy':
        return null
    }
  }

  return {
    take: (event) => {
      const life = next(lives.get(event.id) ?? UNSEEN, event)
      if (life === null) lives.delete(event.id)
      else lives.set(event.id, life)
    },
    deathOf: (id) => lives.get(id)?.death ?? undefined,
    killedAt: (id) => lives.get(id)?.kills.at(-1)?.at ?? null,
    horizon: () => horizon,
    setHorizon: (at) => {
      horizon = at
    },
  }
}
