/** Operations on the table `episodes`. */
import { dispositionReasons, type Episode, episodeStates } from '../alert/episode.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { type Row, readInteger, readIntegerOrNull, readOneOf, readStrings, readText } from './row.ts'

/** The part of the ledger that this file implements. */
export type EpisodeOperations = Pick<
  Ledger,
  | 'latestEpisode'
  | 'episode'
  | 'openEpisode'
  | 'touchEpisode'
  | 'closeEpisode'
  | 'attachEpisode'
  | 'disposeEpisode'
  | 'recheckEpisode'
  | 'unroutedEpisodes'
  | 'episodesOf'
  | 'listEpisodes'
>

function decodeEpisode(row: Row): Episode {
  return {
    id: readInteger(row, 'id'),
    fingerprint: readText(row, 'fingerprint'),
    labels: readStrings(row, 'labels'),
    annotations: readStrings(row, 'annotations'),
    state: readOneOf(row, 'state', episodeStates),
    startsAt: readInteger(row, 'starts_at'),
    openedAt: readInteger(row, 'opened_at'),
    lastSeenAt: readInteger(row, 'last_seen_at'),
    closedAt: readIntegerOrNull(row, 'closed_at'),
    notification: readInteger(row, 'notification'),
    incident: readIntegerOrNull(row, 'incident'),
    disposition:
      row.disposition_reason === null
        ? null
        : {
            reason: readOneOf(row, 'disposition_reason', dispositionReasons),
            detail: readText(row, 'disposition_detail'),
          },
  }
}

const insertSql = `
  INSERT INTO episodes (fingerprint, labels, annotations, starts_at, opened_at, last_seen_at, notification)
  VALUES (:fingerprint, :labels, :annotations, :startsAt, :at, :at, :notification)
  RETURNING *`

const unroutedSql = `
  SELECT * FROM episodes
  WHERE state = 'firing'
    AND (recheck = 1 OR disposition_reason = 'engine-unreachable' OR (incident IS NULL AND disposition_reason IS NULL))
  ORDER BY id`

function prepareReads(connection: Connection) {
  const query = (sql: string) => connection.query(sql, decodeEpisode)
  const latest = query('SELECT * FROM episodes WHERE fingerprint = :fingerprint ORDER BY id DESC LIMIT 1')
  const byId = query('SELECT * FROM episodes WHERE id = :id')
  const unrouted = query(unroutedSql)
  const ofIncident = query('SELECT * FROM episodes WHERE incident = :incident ORDER BY id')
  const newest = query('SELECT * FROM episodes ORDER BY id DESC LIMIT :limit')
  return {
    latestEpisode: (fingerprint: string) => latest.get({ fingerprint }),
    episode: (id: number) => byId.get({ id }),
    unroutedEpisodes: () => unrouted.all(),
    episodesOf: (incident: number) => ofIncident.all({ incident }),
    listEpisodes: (limit: number) => newest.all({ limit }),
  }
}

/**
 * Prepares the operations on episodes. Opening a second firing episode of one fingerprint violates a constraint and
 * throws; touching or closing one that is closed changes nothing.
 */
export function prepareEpisodes(connection: Connection): EpisodeOperations {
  const insert = connection.query(insertSql, decodeEpisode)
  const touch = connection.command("UPDATE episodes SET last_seen_at = :at WHERE id = :id AND state = 'firing'")
  const close = connection.command(
    "UPDATE episodes SET state = :state, closed_at = :at WHERE id = :id AND state = 'firing'",
  )
  const attach = connection.command(
    `UPDATE episodes SET incident = :incident, disposition_reason = NULL, disposition_detail = NULL, recheck = 0
     WHERE id = :id`,
  )
  const dispose = connection.command(
    'UPDATE episodes SET disposition_reason = :reason, disposition_detail = :detail, recheck = 0 WHERE id = :id',
  )
  const recheck = connection.command("UPDATE episodes SET recheck = 1 WHERE id = :id AND state = 'firing'")
  return {
    ...prepareReads(connection),
    openEpisode: ({ fingerprint, labels, annotations, startsAt }, notification, at) => {
      const opened = insert.get({
        fingerprint,
        labels: JSON.stringify(labels),
        annotations: JSON.stringify(annotations),
        startsAt,
        notification,
        at,
      })
      if (opened === undefined) throw new Error('an inserted episode was not returned')
      return opened
    },
    touchEpisode: (id, at) => {
      touch({ id, at })
    },
    closeEpisode: (id, state, at) => {
      close({ id, state, at })
    },
    attachEpisode: (id, incident) => {
      attach({ id, incident })
    },
    disposeEpisode: (id, { reason, detail }) => {
      dispose({ id, reason, detail })
    },
    recheckEpisode: (id) => {
      recheck({ id })
    },
  }
}
