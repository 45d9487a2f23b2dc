/** Operations on the table `pauses`: those in force, and those that are over. */
import type { Pause } from '../guard/pause.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { type Row, readInteger, readIntegerOrNull, readText, readTextOrNull } from './row.ts'

/** The part of the ledger that this file implements. */
export type PauseOperations = Pick<Ledger, 'beginPause' | 'endPause' | 'pausesInForce' | 'listPauses'>

function decodePause(row: Row): Pause {
  return {
    id: readInteger(row, 'id'),
    target: readTextOrNull(row, 'target'),
    reason: readText(row, 'reason'),
    by: readText(row, 'begun_by'),
    at: readInteger(row, 'begun_at'),
    until: readIntegerOrNull(row, 'until'),
    endedAt: readIntegerOrNull(row, 'ended_at'),
    endedBy: readTextOrNull(row, 'ended_by'),
  }
}

/** Prepares the operations on pauses. */
export function preparePauses(connection: Connection): PauseOperations {
  const query = (sql: string) => connection.query(sql, decodePause)
  const insert = query(`
    INSERT INTO pauses (target, reason, begun_by, begun_at, until) VALUES (:target, :reason, :by, :at, :until)
    RETURNING *`)
  const end = query('UPDATE pauses SET ended_at = :at, ended_by = :by WHERE id = :id AND ended_at IS NULL RETURNING *')
  const inForce = query('SELECT * FROM pauses WHERE ended_at IS NULL AND (until IS NULL OR until > :at) ORDER BY id')
  const newest = query('SELECT * FROM pauses ORDER BY id DESC LIMIT :limit')
  return {
    beginPause: ({ target, reason, by, at, until }) => {
      const begun = insert.get({ target, reason, by, at, until })
      if (begun === undefined) throw new Error('an inserted pause was not returned')
      return begun
    },
    endPause: (id, by, at) => {
      const ended = end.get({ id, by, at })
      if (ended === undefined) throw new Error(`there is no pause ${id} that a person has not ended`)
      return ended
    },
    pausesInForce: (at) => inForce.all({ at }),
    listPauses: (limit) => newest.all({ limit }),
  }
}
