/** What selfheal itself has stopped and when: the only way to tell its own `kill` events from a person's. */

/** One stop of our own, which covers one death. */
export type OwnAct = {
  readonly id: string
  /** Epoch milliseconds. */
  readonly from: number
  /** Epoch milliseconds; `null` while the call runs. */
  until: number | null
  /** The engine's clock; `null` before the death that the act was for. */
  diedAt: number | null
}

/** An act of an earlier run of this program that may have stopped containers. Epoch milliseconds. */
export type EarlierAct = { readonly containers: readonly string[]; readonly from: number; readonly until: number }

/** The ledger of our own stops. */
export type OwnActs = {
  /** To be called before the call to Docker. */
  readonly begin: (id: string) => OwnAct
  /** To be called after it; `graceMs` for a call that broke off, which Docker may still be carrying out. */
  readonly end: (act: OwnAct, graceMs: number) => void
  /** Whether an event of the container at that time (the engine's clock) is our doing. */
  readonly isOurs: (id: string, at: number) => boolean
  /** Notes a death that was our doing: a later kill is somebody else's. */
  readonly noteDeath: (id: string, at: number) => void
}

/** How far the engine's clock and ours may differ. */
const CLOCK_SKEW_MS = 1000
/** The engine replays no event that is older than its memory; an act is forgotten after this time. */
const KEPT_MS = 60 * 60 * 1000

/** Makes a ledger that knows of `earlier` acts only; `now` is epoch milliseconds. */
export function createOwnActs(now: () => number, earlier: readonly EarlierAct[] = []): OwnActs {
  let acts: readonly OwnAct[] = earlier.flatMap(({ containers, from, until }) =>
    containers.map((id) => ({ id, from, until, diedAt: null })),
  )
  const covering = (id: string, at: number) =>
    acts.filter(
      (act) =>
        act.id === id &&
        at >= act.from - CLOCK_SKEW_MS &&
        (act.until === null || at <= act.until + CLOCK_SKEW_MS) &&
        (act.diedAt === null || at <= act.diedAt),
    )
  return {
    begin: (id) => {
      const act: OwnAct = { id, from: now(), until: null, diedAt: null }
      acts = [...acts.filter(({ until }) => until === null || until > now() - KEPT_MS), act]
      return act
    },
    end: (act, graceMs) => {
      act.until = now() + graceMs
    },
    isOurs: (id, at) => covering(id, at).length > 0,
    noteDeath: (id, at) => {
      for (const act of covering(id, at)) act.diedAt ??= at
    },
  }
}
