/** Settle: what the proof of an attempt means for the incident. */
import type { Attempt, Incident, IncidentReason, ProofResult } from '../incident/record.ts'
import { evaluateChecks, type Sight } from './checks/evaluate.ts'
import { isRunningAlone } from './checks/running-alone.ts'
import type { EngineDeps } from './deps.ts'
import { endWellWithin } from './end-well.ts'
import { commit, type Note, transition } from './journal.ts'
import type { RunbookInfo } from './ports.ts'
import { firstLook, type Proof, type ProofTask, prove, toEvidence } from './prove.ts'

/** An attempt whose call is over, with the runbook that it belongs to. */
export type Unproven = {
  readonly incident: Incident
  readonly attempt: Attempt
  readonly runbook: RunbookInfo
  /** Labels that queries are filled with. */
  readonly labels: Readonly<Record<string, string>>
}

const tell = (sight: Sight): string => sight.checks.map(({ check, detail }) => `${check}: ${detail}`).join('; ')

/** After a call that failed there is nothing to wait for where one look says that the target has not recovered. */
const proveFailed = async (deps: EngineDeps, task: ProofTask, signal: AbortSignal): Promise<Proof> => {
  const last = await evaluateChecks(deps, firstLook(deps.clock, task), signal)
  return last.result === 'not_recovered' ? { result: last.result, last } : prove(deps, task, signal)
}

/** Proves the attempt and moves the incident on. Rejects when the signal aborts; then nothing is settled. */
export async function proveAndSettle(deps: EngineDeps, unproven: Unproven, signal: AbortSignal): Promise<Incident> {
  const { incident, attempt, runbook, labels } = unproven
  const rung = runbook.ladder[attempt.rung]
  const checks = rung?.verify ?? []
  transition(deps, incident, {
    change: {},
    note: {
      kind: 'proof-started',
      text: isRunningAlone(checks)
        ? 'running alone proves only after 30 s without interruption'
        : 'looking for the recovery',
      data: { attempt: attempt.id, rung: attempt.rung },
    },
  })
  const task = {
    checks,
    lineage: incident.target,
    labels,
    actedAt: attempt.actedAt ?? deps.clock.now(),
    withinMs: rung?.withinMs ?? 0,
    stableForMs: rung?.stableForMs ?? 0,
  }
  const proof = attempt.state === 'failed' ? await proveFailed(deps, task, signal) : await prove(deps, task, signal)
  return settle(deps, unproven, proof)
}

/** Where a proof that did not hold leads: to the next rung, or to the end of the automation. Unknown never climbs. */
const nextAfter = (
  { attempt, runbook }: Unproven,
  result: ProofResult,
): { readonly rung: number; readonly reason: IncidentReason | null } => {
  if (result === 'unknown') return { rung: attempt.rung, reason: 'proof-unknown' }
  if (attempt.rung + 1 >= runbook.ladder.length) return { rung: attempt.rung, reason: 'ladder-exhausted' }
  return { rung: attempt.rung + 1, reason: null }
}

/** Commits the proof and what follows from it; telling people is the next step, which sees the reason. */
const settle = (deps: EngineDeps, unproven: Unproven, proof: Proof): Incident => {
  const { incident, attempt } = unproven
  const note: Note = {
    kind: 'proof-settled',
    text: `${proof.result}: ${tell(proof.last)}`,
    data: { attempt: attempt.id, rung: attempt.rung, proof: proof.result },
  }
  const also = (): void => settleAttempt(deps, attempt, proof)
  if (proof.result !== 'recovered') {
    return transition(deps, incident, { change: { state: 'open', ...nextAfter(unproven, proof.result) }, note, also })
  }
  const ended = commit(deps, (within) => {
    const proven = within.change(incident, { change: { state: 'verifying' }, note, also })
    const text = `recovered after rung "${attempt.rungName}"`
    return endWellWithin(deps, within, { incident: proven, outcome: 'recovered', text, data: { attempt: attempt.id } })
  })
  deps.escalationsChanged()
  return ended
}

const settleAttempt = (deps: EngineDeps, attempt: Attempt, proof: Proof): void => {
  const at = deps.clock.now()
  const after = toEvidence(null, proof.last, at)
  const evidence = after.map((item, index) => ({ ...item, before: attempt.evidence[index]?.before ?? null }))
  deps.ledger.changeAttempt(attempt.id, { proof: proof.result, evidence, settledAt: at })
}
