/** Operations on the table `attempts`: the history that budgets are counted from. */
import { type Attempt, attemptStates, proofResults } from '../incident/record.ts'
import type { AttemptChange, Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { type Row, readInteger, readIntegerOrNull, readList, readOneOf, readText } from './row.ts'
import { isAction, isEvidence, isVerdict } from './shapes.ts'

/** The part of the ledger that this file implements. */
export type AttemptOperations = Pick<
  Ledger,
  'reserveAttempt' | 'changeAttempt' | 'attemptsOf' | 'attemptsSince' | 'unsettledAttempts'
>

const proofs = ['pending', ...proofResults] as const

function decodeAttempt(row: Row): Attempt {
  return {
    id: readInteger(row, 'id'),
    incident: readInteger(row, 'incident'),
    target: readText(row, 'target'),
    runbook: readText(row, 'runbook'),
    rung: readInteger(row, 'rung'),
    rungName: readText(row, 'rung_name'),
    state: readOneOf(row, 'state', attemptStates),
    proof: readOneOf(row, 'proof', proofs),
    actions: readList(row, 'actions', isAction),
    verdicts: readList(row, 'verdicts', isVerdict),
    evidence: readList(row, 'evidence', isEvidence),
    detail: readText(row, 'detail'),
    reservedAt: readInteger(row, 'reserved_at'),
    actedAt: readIntegerOrNull(row, 'acted_at'),
    settledAt: readIntegerOrNull(row, 'settled_at'),
  }
}

const insertSql = `
  INSERT INTO attempts (incident, target, runbook, rung, rung_name, actions, verdicts, evidence, reserved_at)
  VALUES (:incident, :target, :runbook, :rung, :rungName, :actions, :verdicts, :evidence, :reservedAt)
  RETURNING *`

const updateSql = `
  UPDATE attempts SET
    state = :state, proof = :proof, evidence = :evidence, detail = :detail, acted_at = :actedAt, settled_at = :settledAt
  WHERE id = :id
  RETURNING *`

/** Prepares the operations on attempts. Listings are in the order of reservation, whatever the clock said. */
export function prepareAttempts(connection: Connection): AttemptOperations {
  const query = (sql: string) => connection.query(sql, decodeAttempt)
  const byId = query('SELECT * FROM attempts WHERE id = :id')
  const insert = query(insertSql)
  const update = query(updateSql)
  const ofIncident = query('SELECT * FROM attempts WHERE incident = :incident ORDER BY id')
  const since = query('SELECT * FROM attempts WHERE target = :target AND reserved_at > :since ORDER BY id')
  const unsettled = query("SELECT * FROM attempts WHERE proof = 'pending' ORDER BY id")

  const change = (id: number, changes: AttemptChange): Attempt => {
    const before = byId.get({ id })
    if (before === undefined) throw new Error(`there is no attempt ${id}`)
    const { state, proof, evidence, detail, actedAt, settledAt } = { ...before, ...changes }
    const after = update.get({ id, state, proof, evidence: JSON.stringify(evidence), detail, actedAt, settledAt })
    return after ?? before
  }

  return {
    reserveAttempt: ({ actions, verdicts, evidence, ...attempt }) => {
      const reserved = insert.get({
        incident: attempt.incident,
        target: attempt.target,
        runbook: attempt.runbook,
        rung: attempt.rung,
        rungName: attempt.rungName,
        reservedAt: attempt.reservedAt,
        actions: JSON.stringify(actions),
        verdicts: JSON.stringify(verdicts),
        evidence: JSON.stringify(evidence),
      })
      if (reserved === undefined) throw new Error('an inserted attempt was not returned')
      return reserved
    },
    changeAttempt: (id, changes) => connection.transaction(() => change(id, changes)),
    attemptsOf: (incident) => ofIncident.all({ incident }),
    attemptsSince: (target, instant) => since.all({ target, since: instant }),
    unsettledAttempts: () => unsettled.all(),
  }
}
