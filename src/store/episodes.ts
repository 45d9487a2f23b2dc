/** Operations on the table `episodes`. */
import { type AlertReport, dispositionReasons, type Episode, episodeOpeners, episodeStates } from '../alert/episode.ts'
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
  | 'openListedEpisode'
  | 'confirmEpisode'
  | 'closeEpisode'
  | 'reclassifyEpisode'
  | 'attachEpisode'
  | 'disposeEpisode'
  | 'recheckEpisode'
  | 'unroutedEpisodes'
  | 'episodesOf'
  | 'heldEpisodes'
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
    listedAt: readIntegerOrNull(row, 'listed_at'),
    closedAt: readIntegerOrNull(row, 'closed_at'),
    openedBy: readOneOf(row, 'opened_by', episodeOpeners),
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
  INSERT INTO episodes
    (fingerprint, labels, annotations, starts_at, opened_at, last_seen_at, listed_at, opened_by, notification)
  VALUES (:fingerprint, :labels, :annotations, :startsAt, :at, :at, :listedAt, :openedBy, :notification)
  RETURNING *`

const unroutedSql = `
  SELECT * FROM episodes
  WHERE state = 'firing'
    AND (recheck = 1 OR disposition_reason = 'engine-unreachable' OR (incident IS NULL AND disposition_reason IS NULL))
    AND id > :after
  ORDER BY id LIMIT :limit`

/** For SQLite: no limit. */
const all = -1

function prepareReads(connection: Connection) {
  const query = (sql: string) => connection.query(sql, decodeEpisode)
  const latest = query('SELECT * FROM episodes WHERE fingerprint = :fingerprint ORDER BY id DESC LIMIT 1')
  const byId = query('SELECT * FROM episodes WHERE id = :id')
  const unrouted = query(unroutedSql)
  const ofIncident = query('SELECT * FROM episodes WHERE incident = :incident ORDER BY id')
  const held = query(
    "SELECT * FROM episodes WHERE state IN ('firing', 'suppressed') AND id > :after ORDER BY id LIMIT :limit",
  )
  const newest = query('SELECT * FROM episodes ORDER BY id DESC LIMIT :limit')
  const routed = query('SELECT * FROM episodes WHERE incident IS NOT NULL ORDER BY id DESC LIMIT :limit')
  const notRouted = query('SELECT * FROM episodes WHERE incident IS NULL ORDER BY id DESC LIMIT :limit')
  return {
    latestEpisode: (fingerprint: string) => latest.get({ fingerprint }),
    episode: (id: number) => byId.get({ id }),
    unroutedEpisodes: (after = 0, limit = all) => unrouted.all({ after, limit }),
    episodesOf: (incident: number) => ofIncident.all({ incident }),
    heldEpisodes: (after: number, limit: number) => held.all({ after, limit }),
    listEpisodes: (limit: number, isRouted?: boolean) => {
      if (isRouted === undefined) return newest.all({ limit })
      return (isRouted ? routed : notRouted).all({ limit })
    },
  }
}

type Opening = Pick<Episode, 'listedAt' | 'openedBy' | 'notification'>

function prepareOpening(connection: Connection): Pick<EpisodeOperations, 'openEpisode' | 'openListedEpisode'> {
  const insert = connection.query(insertSql, decodeEpisode)
  const open = ({ fingerprint, labels, annotations, startsAt }: AlertReport, opening: Opening, at: number): Episode => {
    const opened = insert.get({
      ...opening,
      fingerprint,
      labels: JSON.stringify(labels),
      annotations: JSON.stringify(annotations),
      startsAt,
      at,
    })
    if (opened === undefined) throw new Error('an inserted episode was not returned')
    return opened
  }
  return {
    openEpisode: (report, notification, at) =>
      open(report, { openedBy: 'notification', listedAt: null, notification }, at),
    openListedEpisode: (report, notification, at) =>
      open(report, { openedBy: 'listing', listedAt: at, notification }, at),
  }
}

/**
 * Prepares the operations on episodes. Opening a second firing episode of one fingerprint violates a constraint and
 * throws; touching, confirming or closing one that is closed changes nothing, nor does reclassifying one that fires.
 */
export function prepareEpisodes(connection: Connection): EpisodeOperations {
  const touch = connection.command("UPDATE episodes SET last_seen_at = :at WHERE id = :id AND state = 'firing'")
  const confirm = connection.command(
    `UPDATE episodes SET last_seen_at = max(last_seen_at, :at), listed_at = :at WHERE id = :id AND state = 'firing'`,
  )
  const close = connection.command(
    "UPDATE episodes SET state = :state, closed_at = :at WHERE id = :id AND state = 'firing'",
  )
  const reclassify = connection.command("UPDATE episodes SET state = :state WHERE id = :id AND state <> 'firing'")
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
    ...prepareOpening(connection),
    touchEpisode: (id, at) => void touch({ id, at }),
    confirmEpisode: (id, at) => void confirm({ id, at }),
    closeEpisode: (id, state, at) => void close({ id, state, at }),
    reclassifyEpisode: (id, state) => void reclassify({ id, state }),
    attachEpisode: (id, incident) => void attach({ id, incident }),
    disposeEpisode: (id, { reason, detail }) => void dispose({ id, reason, detail }),
    recheckEpisode: (id) => void recheck({ id }),
  }
}
