/**
 * Heal: the way of one incident from an observation to a settled proof. Every stage is a file of its own.
 *
 * observe -> case (route, supersede) -> propose -> pre-check -> guard -> reserve -> act -> prove -> settle
 */
import { judgeAll } from '../guard/pipeline.ts'
import type { Incident } from '../incident/record.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import { buildCase, type Case } from './case.ts'
import { act, type Climb, reserve } from './climb.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { escalate } from './escalate.ts'
import { gatherFacts } from './gather-facts.ts'
import { hold } from './hold.ts'
import { again, type Next, wait } from './next.ts'
import type { Container } from './ports.ts'
import { preCheck } from './pre-check.ts'
import { propose } from './propose.ts'
import { recordSkips } from './record-skips.ts'
import { proveAndSettle } from './settle.ts'
import { settleRefused } from './settle-refused.ts'
import { unreachable } from './unreachable.ts'

/** One step of an open incident. */
export async function heal(deps: EngineDeps, incident: Incident, signal: AbortSignal): Promise<Next> {
  let containers: readonly Container[]
  try {
    containers = (await deps.containers.observe(incident.target, signal)).filter((container) => container.isReplica)
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    return unreachable(deps, incident, error)
  }
  if (incident.reason === 'proof-unknown' || incident.reason === 'ladder-exhausted') {
    await escalate(deps, incident, { reason: incident.reason, detail: '', containers })
    return again
  }
  if (containers.length === 0) {
    end(deps, incident, { outcome: 'target_gone', text: 'no container of the target is left' })
    return again
  }
  const subject = buildCase(deps, incident, containers)
  if (subject === null) {
    const detail = `runbook ${incident.runbook} is no longer loaded`
    await escalate(deps, incident, { reason: 'runbook-broken', detail, containers })
    return again
  }
  return decide(deps, subject, signal)
}

/** Proposes, looks, asks the guards, and climbs when nothing speaks against it. */
const decide = async (deps: EngineDeps, subject: Case, signal: AbortSignal): Promise<Next> => {
  const { runbook, observation, containers } = subject
  const proposed = await propose(deps.runbooks, runbook, { from: subject.incident.rung, observation })
  const incident = recordSkips(deps, subject.incident, proposed.skips)
  const { offer } = proposed
  if (offer.kind === 'broken') {
    await escalate(deps, incident, { reason: 'runbook-broken', detail: offer.detail, containers })
    return again
  }
  const rung = offer.kind === 'climb' ? offer.rung : runbook.ladder[runbook.ladder.length - 1]
  const before = await preCheck(deps, { incident, observation }, { checks: rung?.verify ?? [], signal })
  if (before.kind === 'holds') return endUntouched(deps, { ...subject, incident })
  if (before.kind === 'young') return hold(deps, incident, { kind: 'young', remainingMs: before.remainingMs })
  if (subject.isQuiet && before.kind === 'unknown') return hold(deps, incident, { kind: 'unproven' })
  if (offer.kind === 'exhausted') {
    await escalate(deps, incident, { reason: 'ladder-exhausted', detail: 'no rung has anything to do', containers })
    return again
  }
  const { lineage } = observation.target
  const question = { lineage, incident: incident.id, rung: offer.index, limits: subject.limits, containers }
  const decision = judgeAll(gatherFacts(deps, question))
  deps.observer.decided(decision)
  const climb = { index: offer.index, rung: offer.rung, actions: offer.actions, decision, before: before.sight }
  if (decision.verdict !== 'allow') return hold(deps, incident, { kind: 'guarded', climb, containers })
  return climbOnce(deps, { ...subject, incident }, { climb, signal })
}

/** The alerts closed: resolved. They still fire although the checks hold: recovered without us. */
const endUntouched = (deps: EngineDeps, subject: Case): Next => {
  end(deps, subject.incident, {
    outcome: subject.isQuiet ? 'resolved' : 'recovered_without_action',
    text: subject.isQuiet
      ? 'the alerts closed and the observation is clean'
      : 'the checks hold already: nothing was done',
  })
  return again
}

const climbOnce = async (
  deps: EngineDeps,
  subject: Case,
  { climb, signal }: { readonly climb: Climb; readonly signal: AbortSignal },
): Promise<Next> => {
  const { runbook } = subject
  const reserved = reserve(deps, subject.incident, climb)
  const { incident, attempt, outcome } = await act(deps, subject.incident, reserved)
  if (outcome.status === 'refused') {
    settleRefused(deps, { incident, attempt, outcome })
    return wait(0)
  }
  const actedAt = attempt.actedAt ?? deps.clock.now()
  await proveAndSettle(deps, { incident, attempt, runbook, actedAt, hasFailed: outcome.status === 'failed' }, signal)
  return again
}
