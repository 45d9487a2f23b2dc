/** Operations on the table `events`, which is only ever appended to. */
import { eventKinds, type TimelineEvent } from '../incident/record.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { isObject, type Row, readInteger, readJson, readOneOf, readText } from './row.ts'

/** The part of the ledger that this file implements. */
export type EventOperations = Pick<Ledger, 'append' | 'timeline' | 'eventsAfter'>

function decodeEvent(row: Row): TimelineEvent {
  return {
    seq: readInteger(row, 'seq'),
    incident: readInteger(row, 'incident'),
    at: readInteger(row, 'at'),
    kind: readOneOf(row, 'kind', eventKinds),
    text: readText(row, 'text'),
    data: readJson(row, 'data', isObject),
  }
}

const insertSql = `
  INSERT INTO events (incident, at, kind, text, data)
  VALUES (:incident, :at, :kind, :text, :data)
  RETURNING *`

/** Prepares the operations on events. */
export function prepareEvents(connection: Connection): EventOperations {
  const insert = connection.query(insertSql, decodeEvent)
  const ofIncident = connection.query('SELECT * FROM events WHERE incident = :incident ORDER BY seq', decodeEvent)
  const after = connection.query('SELECT * FROM events WHERE seq > :seq ORDER BY seq LIMIT :limit', decodeEvent)
  return {
    append: ({ incident, at, kind, text, data }) => {
      const appended = insert.get({ incident, at, kind, text, data: JSON.stringify(data ?? {}) })
      if (appended === undefined) throw new Error('an inserted event was not returned')
      return appended
    },
    timeline: (incident) => ofIncident.all({ incident }),
    eventsAfter: (seq, limit) => after.all({ seq, limit }),
  }
}
