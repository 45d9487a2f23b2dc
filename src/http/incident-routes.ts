/** `GET /api/v1/incidents` and `GET /api/v1/incidents/{id}`. */
import type { Request, Response } from 'express'
import { type IncidentState, incidentStates } from '../incident/record.ts'
import type { IncidentFilter } from '../remediation/ledger.ts'
import { HttpError } from './http-error.ts'
import { viewIncident, viewWholeIncident } from './incident-view.ts'
import type { ReadLedger } from './ports.ts'
import {
  type Query,
  readCursor,
  readLimit,
  readQuery,
  readSince,
  readText,
  readWords,
  writeCursor,
} from './query-parameters.ts'

const notEnded: readonly IncidentState[] = incidentStates.filter((state) => state !== 'ended')

/** In a filter, `open` stands for every state but `ended`. */
const readStates = (query: Query): readonly IncidentState[] | undefined => {
  const words = readWords(query, 'state', incidentStates)
  return words?.includes('open') === true ? [...new Set([...notEnded, ...words])] : words
}

const given = <Key extends keyof IncidentFilter>(key: Key, value: IncidentFilter[Key] | undefined) =>
  value === undefined ? {} : { [key]: value }

/** Newest first, page by page. */
export function listIncidents(ledger: ReadLedger) {
  return (request: Request, response: Response): void => {
    const query = readQuery(request, ['state', 'target', 'runbook', 'since', 'limit', 'cursor'])
    const limit = readLimit(query)
    const found = ledger.listIncidents({
      ...given('states', readStates(query)),
      ...given('target', readText(query, 'target')),
      ...given('runbook', readText(query, 'runbook')),
      ...given('since', readSince(query)),
      ...given('before', readCursor(query)),
      limit: limit + 1,
    })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    response.json({
      incidents: page.map((incident) => viewIncident(incident, ledger)),
      nextCursor: found.length > limit && last !== undefined ? writeCursor(last.id) : null,
    })
  }
}

/** One incident, or `not-found`. */
export function showIncident(ledger: ReadLedger) {
  return (request: Request, response: Response): void => {
    readQuery(request, [])
    const id = String(request.params.id)
    const incident = /^[1-9][0-9]{0,14}$/.test(id) ? ledger.incident(Number(id)) : undefined
    if (incident === undefined) throw new HttpError('not-found', 'there is no incident with this id')
    response.json(viewWholeIncident(incident, ledger))
  }
}
