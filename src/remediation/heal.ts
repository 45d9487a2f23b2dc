/**
 * Heal: the way of one incident from an observation to a settled proof. Every stage is a file of its own.
 *
 * see -> case (route, take over) -> propose -> pre-check -> guard -> reserve -> act -> prove -> settle
 */
import { judgeAll } from '../guard/pipeline.ts'
import type { Incident } from '../incident/record.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import { buildCase, type Case } from './case.ts'
import { act, type Climb, reserve } from './climb.ts'
import type { EngineDeps } from './deps.ts'
import { endWellWithin } from './end-well.ts'
import { gatherFacts } from './gather-facts.ts'
import { giveUp, isStopped, stopHealing } from './give-up.ts'
import { gone } from './gone.ts'
import { hold } from './hold.ts'
import { commit } from './journal.ts'
import { again, type Next, wait } from './next.ts'
import { unhelpfulAttempts } from './opening.ts'
import { standingApproval } from './people/approved.ts'
import { isHeldBack } from './people/held-back.ts'
import { type PreCheck, type PreCheckStep, preCheck } from './pre-check.ts'
import { type Proposed, propose } from './propose.ts'
import { firingEpisodes } from './routing/calls.ts'
import { seeReplicas } from './see.ts'
import { proveAndSettle } from './settle.ts'
import { isSilenced } from './silenced.ts'
import { describeSkips, recordSkips } from './skips.ts'
import { unreachable } from './unreachable.ts'

/** One step of an incident that is not being acted on. */
export async function heal(deps: EngineDeps, incident: Incident, signal: AbortSignal): Promise<Next> {
  const lookedAt = deps.clock.monotonic()
  const seen = await seeReplicas(deps, incident.target, signal)
  // Its escalation is owed, also for a target that is gone.
  if (isStopped(incident)) return stopHealing(deps, incident, seen instanceof AdapterError ? null : seen)
  if (seen instanceof AdapterError) return unreachable(deps, incident, seen)
  if (seen.length === 0) return gone(deps, incident)
  const subject = buildCase(deps, incident, seen)
  if (!('broken' in subject)) return decide(deps, subject, { lookedAt, signal })
  return giveUp(deps, incident, { reason: 'runbook-broken', detail: subject.broken, containers: seen })
}

/** Proposes, looks, asks the guards, and climbs when nothing speaks against it. */
const decide = async (deps: EngineDeps, subject: Case, look: Omit<PreCheckStep, 'checks'>): Promise<Next> => {
  const { incident, runbook, observation, containers, mode, limits } = subject
  const { offer, skips } = await propose(deps.runbooks, runbook, { from: incident.rung, observation })
  if (offer.kind === 'broken') {
    if (isSilenced(deps, incident)) return hold(deps, subject, { kind: 'silenced' })
    return giveUp(deps, incident, { reason: 'runbook-broken', detail: offer.detail, containers, mode })
  }
  const rung = offer.kind === 'climb' ? offer.rung : runbook.ladder[runbook.ladder.length - 1]
  const before = await preCheck(deps, subject, { checks: rung?.verify ?? [], ...look })
  if (before.kind === 'holds') return endUntouched(deps, subject)
  if (before.kind === 'young') return hold(deps, subject, { kind: 'young', remainingMs: before.remainingMs })
  const silence = { isSilenced: isSilenced(deps, incident) }
  const unproven = !silence.isSilenced && isUnproven(deps, subject, before)
  if (unproven && !isHeldBack(deps, incident)) return hold(deps, subject, { kind: 'unproven' })
  if (offer.kind === 'exhausted') {
    return silence.isSilenced ? hold(deps, subject, { kind: 'silenced' }) : exhaust(deps, subject, skips)
  }
  const approval = standingApproval(incident, { rung: offer.index, actions: offer.actions }, deps.clock.now())
  const { labels } = observation
  const asked = { lineage: incident.target, incident, rung: offer.index, labels, limits }
  const question = { ...asked, containers, approval, ...silence }
  const decision = judgeAll(gatherFacts(deps, question))
  deps.observer.decided(decision)
  const climb = { index: offer.index, rung: offer.rung, actions: offer.actions, decision, before: before.sight, skips }
  if (decision.verdict !== 'allow') return hold(deps, subject, { kind: 'guarded', climb })
  // What held it back ended between the two looks.
  if (unproven) return hold(deps, subject, { kind: 'unproven' })
  return climbOnce(deps, subject, { climb, signal: look.signal })
}

/** No alert fires, and nothing that is seen calls for the runbook, nor has its own proof just said that more is needed. */
const isUnproven = (deps: EngineDeps, { incident, isQuiet, isObserved }: Case, before: PreCheck): boolean => {
  if (!isQuiet || before.kind === 'unknown') return isQuiet
  return !isObserved && unhelpfulAttempts(deps, incident).at(-1)?.proof !== 'not_recovered'
}

/**
 * The alerts closed: resolved. They still fire (or would, if nobody had silenced them) although the checks hold:
 * recovered without us. As of now, after the look.
 */
const endUntouched = (deps: EngineDeps, { incident }: Case): Next => {
  commit(deps, (within) => {
    const isQuiet = firingEpisodes(deps, incident).length === 0 && !isSilenced(deps, incident)
    const still = deps.ledger.attemptsOf(incident.id).length === 0 ? 'nothing was done' : 'nothing more was done'
    return endWellWithin(deps, within, {
      incident,
      outcome: isQuiet ? 'resolved' : 'recovered_without_action',
      text: isQuiet
        ? 'the alerts closed and the observation is clean'
        : `the checks hold before anything is done: ${still}`,
    })
  })
  deps.escalationsChanged()
  return again
}

const exhaust = (deps: EngineDeps, { incident, containers, mode }: Case, skips: Proposed['skips']): Promise<Next> =>
  giveUp(deps, incident, {
    reason: 'ladder-exhausted',
    detail: `no rung has anything to do${describeSkips(skips)}`,
    containers,
    mode,
    also: () => recordSkips(deps, incident, skips),
  })

const climbOnce = async (
  deps: EngineDeps,
  { incident, runbook, observation }: Case,
  { climb, signal }: { readonly climb: Climb; readonly signal: AbortSignal },
): Promise<Next> => {
  const acted = await act(deps, reserve(deps, incident, climb))
  if (acted.outcome.status === 'refused') return wait(deps.settings.pollIntervalMs)
  await proveAndSettle(deps, { ...acted, runbook, labels: observation.labels }, signal)
  return again
}
