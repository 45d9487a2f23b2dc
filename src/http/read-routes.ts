/** The other reading endpoints: alerts, runbooks, dead letters, status. */
import type { Request, Response } from 'express'
import type { Episode } from '../alert/episode.ts'
import { explainAlert } from '../incident/explain-alert.ts'
import type { Incident } from '../incident/record.ts'
import { writeInstant } from './instant.ts'
import type { HttpDeps } from './ports.ts'
import { readFlag, readLimit, readQuery } from './query-parameters.ts'

const viewEpisode = (episode: Episode, incident: Incident | undefined) => ({
  fingerprint: episode.fingerprint,
  alertname: episode.labels.alertname ?? '',
  labels: episode.labels,
  state: episode.state,
  startsAt: writeInstant(episode.startsAt),
  openedAt: writeInstant(episode.openedAt),
  lastSeenAt: writeInstant(episode.lastSeenAt),
  listedAt: writeInstant(episode.listedAt),
  closedAt: writeInstant(episode.closedAt),
  openedBy: episode.openedBy,
  notification: episode.notification,
  incident: episode.incident,
  reason: episode.disposition?.reason ?? null,
  detail: episode.disposition?.detail ?? null,
  why: explainAlert(episode, incident),
})

/** Episodes, newest first, each with why something or nothing happened; `routed=false`: those that no incident took. */
export function listAlerts({ ledger }: Pick<HttpDeps, 'ledger'>) {
  return (request: Request, response: Response): void => {
    const query = readQuery(request, ['routed', 'limit'])
    const limit = readLimit(query)
    const routed = readFlag(query, 'routed')
    const alerts = ledger
      .listEpisodes(limit, routed)
      .map((episode) => viewEpisode(episode, episode.incident === null ? undefined : ledger.incident(episode.incident)))
    response.json({ alerts })
  }
}

/** The loaded runbooks, and those that are broken. */
export function listRunbooks({ runbooks }: Pick<HttpDeps, 'runbooks'>) {
  return (request: Request, response: Response): void => {
    readQuery(request, [])
    const { loaded, broken } = runbooks()
    response.json({ runbooks: loaded, broken })
  }
}

/** What was posted and could not be used; never the bodies. */
export function listDeadLetters({ inbox }: Pick<HttpDeps, 'inbox'>) {
  return (request: Request, response: Response): void => {
    const limit = readLimit(readQuery(request, ['limit']))
    const letters = inbox.listDeadLetters(limit).map((letter) => ({
      sha256: letter.sha256,
      kind: letter.kind,
      notification: letter.notification,
      reason: letter.reason,
      detail: letter.detail,
      count: letter.count,
      firstSeenAt: writeInstant(letter.firstSeenAt),
      lastSeenAt: writeInstant(letter.lastSeenAt),
      bodyBytes: letter.bodyBytes,
    }))
    response.json({ deadletters: letters })
  }
}

/** Whether the systems around answer, and how much selfheal may do. */
export function showStatus({ status }: Pick<HttpDeps, 'status'>) {
  return (request: Request, response: Response): void => {
    readQuery(request, [])
    response.json(status())
  }
}
