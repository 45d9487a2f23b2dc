/** Settle: what the proof of an attempt means for the incident. */
import type { Attempt, Incident, ProofResult } from '../incident/record.ts'
import { evaluateChecks, type Sight } from './checks/evaluate.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { escalate } from './escalate.ts'
import { transition } from './journal.ts'
import type { Container, RunbookInfo } from './ports.ts'
import { isRunningAlone, type Proof, type ProofTask, prove, toEvidence } from './prove.ts'

/** An attempt whose call is over, with the runbook that it belongs to. */
export type Unproven = {
  readonly incident: Incident
  readonly attempt: Attempt
  readonly runbook: RunbookInfo
  /** From when on data counts. */
  readonly actedAt: number
  /** The engine said no to the call: one look is enough, unless it is good. */
  readonly hasFailed: boolean
}

const settleAttempt = (deps: EngineDeps, attempt: Attempt, proof: Proof): void => {
  const at = deps.clock.now()
  const after = toEvidence(null, proof.last, at)
  const evidence = after.map((item, index) => ({ ...item, before: attempt.evidence[index]?.before ?? null }))
  deps.ledger.changeAttempt(attempt.id, { proof: proof.result, evidence, settledAt: at })
}

const tell = (sight: Sight): string => sight.checks.map(({ check, detail }) => `${check}: ${detail}`).join('; ')

const observeQuietly = async (
  deps: EngineDeps,
  incident: Incident,
  signal: AbortSignal,
): Promise<readonly Container[]> => {
  try {
    return await deps.containers.observe(incident.target, signal)
  } catch (error) {
    deps.log.warn({ incident: incident.id, err: error }, 'observation for the account failed')
    return []
  }
}

const note = (kind: 'proof-settled', result: ProofResult, { attempt, last }: { attempt: Attempt; last: Sight }) => ({
  kind,
  text: `${result}: ${tell(last)}`,
  data: { attempt: attempt.id, rung: attempt.rung, proof: result },
})

/** A call that failed is looked at once; only a good look is worth a proof. */
const proveFailed = async (deps: EngineDeps, task: ProofTask, signal: AbortSignal): Promise<Proof> => {
  const look = await evaluateChecks(deps, { ...task, previousRun: null }, signal)
  return look.result === 'recovered' ? prove(deps, task, signal) : { result: look.result, last: look }
}

/** Proves the attempt and moves the incident on: recovered, next rung, or escalated. */
export async function proveAndSettle(deps: EngineDeps, unproven: Unproven, signal: AbortSignal): Promise<Incident> {
  const { incident, attempt, runbook, actedAt } = unproven
  const rung = runbook.ladder[attempt.rung]
  const checks = rung?.verify ?? []
  deps.ledger.append({
    incident: incident.id,
    at: deps.clock.now(),
    kind: 'proof-started',
    text: isRunningAlone(checks)
      ? 'running alone proves only after 30 s without interruption'
      : 'looking for the recovery',
    data: { attempt: attempt.id, rung: attempt.rung },
  })
  const task = {
    checks,
    lineage: incident.target,
    labels: incident.labels,
    actedAt,
    withinMs: rung?.withinMs ?? 0,
    stableForMs: rung?.stableForMs ?? 0,
  }
  const proof = unproven.hasFailed ? await proveFailed(deps, task, signal) : await prove(deps, task, signal)
  return settle(deps, { incident, attempt, runbook, proof }, signal)
}

/** What is settled: an attempt and its proof. */
export type Settled = {
  readonly incident: Incident
  readonly attempt: Attempt
  readonly runbook: RunbookInfo
  readonly proof: Proof
}

/** Commits the proof and moves the incident on. Unknown never climbs: it escalates. */
export async function settle(deps: EngineDeps, settled: Settled, signal: AbortSignal): Promise<Incident> {
  const { incident, attempt, runbook, proof } = settled
  const seen = note('proof-settled', proof.result, { attempt, last: proof.last })
  if (proof.result === 'recovered') {
    return deps.ledger.transaction(() => {
      const proven = transition(deps, incident, {
        change: { state: 'verifying' },
        note: seen,
        also: () => settleAttempt(deps, attempt, proof),
      })
      return end(deps, proven, {
        outcome: 'recovered',
        text: `recovered after rung "${attempt.rungName}"`,
        data: { attempt: attempt.id },
      })
    })
  }
  const isLast = attempt.rung + 1 >= runbook.ladder.length
  const climbs = proof.result === 'not_recovered' && !isLast
  const open = transition(deps, incident, {
    change: {
      state: 'open',
      rung: climbs ? attempt.rung + 1 : attempt.rung,
      reason: proof.result === 'unknown' ? 'proof-unknown' : isLast ? 'ladder-exhausted' : null,
    },
    note: seen,
    also: () => settleAttempt(deps, attempt, proof),
  })
  if (climbs) return open
  const reason = proof.result === 'unknown' ? 'proof-unknown' : 'ladder-exhausted'
  const detail = proof.result === 'unknown' ? tell(proof.last) : `${runbook.ladder.length} rungs, the last did not help`
  return escalate(deps, open, { reason, detail, containers: await observeQuietly(deps, open, signal) })
}
