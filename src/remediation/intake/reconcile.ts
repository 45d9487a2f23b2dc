/** Reconcile: brings episodes in line with what Alertmanager holds, in slices that do not hold up the event loop. */
import type { AlertReport, Episode } from '../../alert/episode.ts'
import { type ListedAlert, longestGapMs, type ReconcileStep, reconcileEpisode } from '../../alert/reconcile-episode.ts'
import { type Sighting, see, toRun } from '../../alert/sighting.ts'
import type { EngineDeps } from '../deps.ts'
import { type Commit, commit } from '../journal.ts'
import type { AlertsView, HeldAlert } from '../ports.ts'
import { type Audience, createAudience } from './listening.ts'
import { stepReconciled } from './step-reconciled.ts'
import { decidedForMs, isUncaredInListing } from './uncared.ts'

/** What Alertmanager held, and when it was asked. */
export type Listing = {
  readonly view: AlertsView
  /** Epoch milliseconds. */
  readonly askedAt: number
  /** The same moment on the clock that never jumps. */
  readonly askedMs: number
}

/** Brings episodes in line, one listing after the other. */
export type Reconciler = {
  /**
   * Applies one listing; answers the targets whose incidents have to look. `between` runs between two slices. What was
   * accepted before must have been applied.
   */
  readonly apply: (listing: Listing, between: () => Promise<void>) => Promise<ReadonlySet<string>>
}

/** Bounds of one transaction: alerts that are looked at, and how long that may take. */
const sliceSize = 200
const sliceMs = 10

type Compared = { readonly fingerprint: string; readonly held: HeldAlert | null }
type Pass = { readonly round: Round; readonly between: () => Promise<void>; readonly memory: Memory }
type One = { readonly compared: Compared; readonly round: Round; readonly memory: Memory }
type Round = Listing & { readonly audience: Audience; readonly targets: Set<string> }

const toReport = ({ fingerprint, labels, annotations, startsAt }: HeldAlert): AlertReport => ({
  status: 'firing',
  fingerprint,
  labels,
  annotations,
  startsAt,
  endsAt: null,
})

/** Creates a reconciler. Its memory is the row of listings that it was given; after a restart that begins anew. */
export function createReconciler(deps: EngineDeps): Reconciler {
  const memory = new Memory(deps)
  return {
    apply: async (listing, between) => {
      const { ledger, clock } = deps
      const round: Round = { ...listing, audience: createAudience(ledger, clock.now()), targets: new Set() }
      const pass = { round, between, memory }
      await applyHeld(deps, pass)
      if (listing.view.isComplete) await applyAbsent(deps, pass)
      memory.forget(round)
      for (const { target, reason } of ledger.activeIncidents()) if (reason === 'silenced') round.targets.add(target)
      return round.targets
    },
  }
}

/** What earlier listings said, and which alerts they had looked at again. */
class Memory {
  readonly #deps: EngineDeps
  readonly #sightings = new Map<string, Sighting>()
  readonly #decided = new Map<number, number>()

  constructor(deps: EngineDeps) {
    this.#deps = deps
  }

  judge(compared: Compared, latest: Episode | undefined, round: Round): ReconcileStep {
    const { askedAt, askedMs } = round
    const now = this.#deps.clock.now()
    const listed = compared.held === null ? null : toListed(compared.held, round)
    const sighting = see(this.#sightings.get(compared.fingerprint), { listed, latest, askedAt, askedMs, now })
    this.#sightings.set(compared.fingerprint, sighting)
    return reconcileEpisode({ latest, listed, run: toRun(sighting), askedAt, now, isInHand: this.#isInHand(latest) })
  }

  /** A listing is also a repeated message: what fires on after its incident ended is looked at again. */
  remind(episode: Episode, { askedMs }: Round): void {
    const last = this.#decided.get(episode.id)
    if (last !== undefined && askedMs - last < decidedForMs) return
    if (!isUncaredInListing(this.#deps, episode)) return
    this.#decided.set(episode.id, askedMs)
    this.#deps.ledger.recheckEpisode(episode.id)
  }

  /** Drops what no later listing can stand in a row with. */
  forget({ askedMs }: Round): void {
    for (const [fingerprint, { lastMs }] of this.#sightings) {
      if (askedMs - lastMs > longestGapMs) this.#sightings.delete(fingerprint)
    }
    for (const [id, at] of this.#decided) if (askedMs - at >= decidedForMs) this.#decided.delete(id)
  }

  #isInHand(latest: Episode | undefined): boolean {
    const id = latest?.incident ?? null
    const incident = id === null ? undefined : this.#deps.ledger.incident(id)
    return incident !== undefined && incident.state !== 'ended'
  }
}

const toListed = (held: HeldAlert, { audience, view }: Round): ListedAlert => ({
  state: held.state,
  startsAt: held.startsAt,
  isOfTruncatedGroup: audience.isOfTruncatedGroup(held),
  mayBeMuted: view.mayMute ?? false,
})

const applyOne = (deps: EngineDeps, within: Commit, { compared, round, memory }: One): void => {
  const { fingerprint, held } = compared
  const latest = deps.ledger.latestEpisode(fingerprint)
  const step = memory.judge(compared, latest, round)
  const target = stepReconciled(deps, within, {
    step,
    latest,
    report: held === null ? null : toReport(held),
    notification: held === null ? null : round.audience.notificationOf(held),
    askedAt: round.askedAt,
  })
  if (target !== null) round.targets.add(target)
  if (step.step === 'touch' && latest !== undefined) memory.remind(latest, round)
}

/** As many of the first alerts as fit into one slice; answers how many that were. */
const applySlice = (deps: EngineDeps, alerts: readonly Compared[], { round, memory }: Pass): number => {
  const endMs = deps.clock.monotonic() + sliceMs
  return commit(deps, (within) => {
    let done = 0
    for (const compared of alerts) {
      applyOne(deps, within, { compared, round, memory })
      done += 1
      if (deps.clock.monotonic() >= endMs) break
    }
    return done
  })
}

const applyAll = async (deps: EngineDeps, alerts: readonly Compared[], pass: Pass): Promise<void> => {
  for (let start = 0; start < alerts.length; ) {
    start += applySlice(deps, alerts.slice(start, start + sliceSize), pass)
    await pass.between()
  }
}

const applyHeld = async (deps: EngineDeps, pass: Pass): Promise<void> => {
  const { view, audience } = pass.round
  const mine = view.alerts.filter(audience.hears).map((held) => ({ fingerprint: held.fingerprint, held }))
  await applyAll(deps, mine, pass)
}

/**
 * Whether the listing does not hold the alert of an episode for us. What we left alone because it is silenced stays so
 * while it is, under whichever receiver: a receiver that was renamed meanwhile posts nothing before the silence ends.
 */
const findAbsent = ({ view, audience }: Round): ((episode: Episode) => boolean) => {
  const heard = new Set(view.alerts.filter(audience.hears).map(({ fingerprint }) => fingerprint))
  const silenced = new Set(view.alerts.filter((held) => held.state === 'suppressed').map((held) => held.fingerprint))
  return ({ fingerprint, state }) => !heard.has(fingerprint) && !(state === 'suppressed' && silenced.has(fingerprint))
}

const applyAbsent = async (deps: EngineDeps, pass: Pass): Promise<void> => {
  const { ledger } = deps
  const isAbsent = findAbsent(pass.round)
  let after = 0
  for (;;) {
    const episodes = ledger.heldEpisodes(after, sliceSize)
    const last = episodes.at(-1)
    if (last === undefined) return
    after = last.id
    const absent = episodes.filter(isAbsent)
    // An earlier episode of the same alert may have been left suppressed: only the latest counts.
    const current = absent.filter(({ id, fingerprint }) => ledger.latestEpisode(fingerprint)?.id === id)
    await applyAll(
      deps,
      current.map(({ fingerprint }) => ({ fingerprint, held: null })),
      pass,
    )
    await pass.between()
  }
}
