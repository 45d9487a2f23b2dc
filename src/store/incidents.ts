/** Operations on the tables `incidents` and `reopenings`. */
import { reasons } from '../guard/verdict.ts'
import { type Incident, incidentReasons, incidentStates, modes, outcomes } from '../incident/record.ts'
import type { IncidentChange, IncidentFilter, Ledger, NewIncident } from '../remediation/ledger.ts'
import type { Connection, Values } from './connection.ts'
import {
  type Row,
  readInteger,
  readIntegerOrNull,
  readJson,
  readOneOf,
  readOneOfOrNull,
  readStrings,
  readText,
} from './row.ts'
import { isProposal } from './shapes.ts'

/** The part of the ledger that this file implements. */
export type IncidentOperations = Pick<
  Ledger,
  | 'openIncident'
  | 'incident'
  | 'changeIncident'
  | 'activeIncident'
  | 'lastEnded'
  | 'activeIncidents'
  | 'listIncidents'
  | 'reopenedSince'
>

const anyReason = [...reasons, ...incidentReasons] as const

function decodeIncident(row: Row): Incident {
  return {
    id: readInteger(row, 'id'),
    target: readText(row, 'target'),
    runbook: readText(row, 'runbook'),
    rung: readInteger(row, 'rung'),
    mode: readOneOf(row, 'mode', modes),
    severity: readText(row, 'severity'),
    state: readOneOf(row, 'state', incidentStates),
    outcome: readOneOfOrNull(row, 'outcome', outcomes),
    reason: readOneOfOrNull(row, 'reason', anyReason),
    until: readIntegerOrNull(row, 'until'),
    openedAt: readInteger(row, 'opened_at'),
    updatedAt: readInteger(row, 'updated_at'),
    endedAt: readIntegerOrNull(row, 'ended_at'),
    reopened: readInteger(row, 'reopened'),
    notification: readInteger(row, 'notification'),
    labels: readStrings(row, 'labels'),
    annotations: readStrings(row, 'annotations'),
    proposal: row.proposal === null ? null : readJson(row, 'proposal', isProposal),
    decisions: readInteger(row, 'decisions'),
  }
}

const insertSql = `
  INSERT INTO incidents
    (target, runbook, mode, severity, notification, labels, annotations, opened_at, updated_at)
  VALUES
    (:target, :runbook, :mode, :severity, :notification, :labels, :annotations, :openedAt, :openedAt)
  RETURNING *`

// "Ended last" is an order of events, which the clock may contradict: it is numbered when the state becomes `ended`.
const updateSql = `
  UPDATE incidents SET
    state = :state, outcome = :outcome, reason = :reason, until = :until, rung = :rung, runbook = :runbook,
    mode = :mode, severity = :severity, ended_at = :endedAt, reopened = :reopened, proposal = :proposal,
    decisions = :decisions,
    updated_at = :at,
    ended_seq = CASE
      WHEN :state <> 'ended' THEN NULL
      WHEN state = 'ended' THEN ended_seq
      ELSE (SELECT coalesce(max(ended_seq), 0) + 1 FROM incidents)
    END
  WHERE id = :id
  RETURNING *`

const listSql = `
  SELECT * FROM incidents
  WHERE (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:target IS NULL OR target = :target)
    AND (:runbook IS NULL OR runbook = :runbook)
    AND (:since IS NULL OR opened_at >= :since)
    AND (:before IS NULL OR id < :before)
  ORDER BY id DESC
  LIMIT :limit`

const listValues = (filter: IncidentFilter): Values => ({
  states: filter.states === undefined ? null : JSON.stringify(filter.states),
  target: filter.target ?? null,
  runbook: filter.runbook ?? null,
  since: filter.since ?? null,
  before: filter.before ?? null,
  limit: filter.limit ?? -1,
})

const changedValues = (incident: Incident, change: IncidentChange, at: number): Values => {
  const changed = { ...incident, ...change }
  return {
    id: incident.id,
    state: changed.state,
    outcome: changed.outcome,
    reason: changed.reason,
    until: changed.until,
    rung: changed.rung,
    runbook: changed.runbook,
    mode: changed.mode,
    severity: changed.severity,
    endedAt: changed.endedAt,
    reopened: changed.reopened,
    proposal: changed.proposal === null ? null : JSON.stringify(changed.proposal),
    decisions: changed.decisions,
    at,
  }
}

function prepareWrites(connection: Connection): Pick<IncidentOperations, 'openIncident' | 'changeIncident'> {
  const byId = connection.query('SELECT * FROM incidents WHERE id = :id', decodeIncident)
  const insert = connection.query(insertSql, decodeIncident)
  const update = connection.query(updateSql, decodeIncident)
  const noteReopening = connection.command(
    'INSERT INTO reopenings (incident, target, at) VALUES (:incident, :target, :at)',
  )

  const change = (id: number, changes: IncidentChange, at: number): Incident => {
    const before = byId.get({ id })
    const after = before === undefined ? undefined : update.get(changedValues(before, changes, at))
    if (before === undefined || after === undefined) throw new Error(`there is no incident ${id}`)
    if (after.reopened > before.reopened) noteReopening({ incident: id, target: after.target, at })
    return after
  }

  return {
    openIncident: ({ labels, annotations, ...incident }: NewIncident) => {
      const opened = insert.get({
        target: incident.target,
        runbook: incident.runbook,
        mode: incident.mode,
        severity: incident.severity,
        notification: incident.notification,
        openedAt: incident.openedAt,
        labels: JSON.stringify(labels),
        annotations: JSON.stringify(annotations),
      })
      if (opened === undefined) throw new Error('an inserted incident was not returned')
      return opened
    },
    changeIncident: (id, changes, at) => connection.transaction(() => change(id, changes, at)),
  }
}

/**
 * Prepares the operations on incidents. Opening a second incident on a target, or reopening one beside another,
 * violates a constraint and throws; so does `ended` without outcome and `endedAt`, or either of these without `ended`.
 * A reopening is counted when a change raises `reopened`, at the instant of the change.
 */
export function prepareIncidents(connection: Connection): IncidentOperations {
  const query = (sql: string) => connection.query(sql, decodeIncident)
  const byId = query('SELECT * FROM incidents WHERE id = :id')
  const active = query("SELECT * FROM incidents WHERE target = :target AND state <> 'ended'")
  const allActive = query("SELECT * FROM incidents WHERE state <> 'ended' ORDER BY id")
  const lastEnded = query(
    "SELECT * FROM incidents WHERE target = :target AND state = 'ended' ORDER BY ended_seq DESC LIMIT 1",
  )
  const list = query(listSql)
  const reopenings = connection.query(
    'SELECT count(*) AS n FROM reopenings WHERE target = :target AND at >= :since',
    (row) => readInteger(row, 'n'),
  )
  return {
    ...prepareWrites(connection),
    incident: (id) => byId.get({ id }),
    activeIncident: (target) => active.get({ target }),
    lastEnded: (target) => lastEnded.get({ target }),
    activeIncidents: () => allActive.all(),
    listIncidents: (filter) => list.all(listValues(filter)),
    reopenedSince: (target, since) => reopenings.get({ target, since }) ?? 0,
  }
}
