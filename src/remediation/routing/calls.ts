/**
 * Calls: which runbooks the firing alerts of an incident ask for.
 *
 * An alert is answered once the checks of its runbook held while it fired. It does not call again before the incident
 * is reopened, so that two alerts which both fire on cannot hand the incident to and fro.
 */
import type { Episode } from '../../alert/episode.ts'
import type { Incident } from '../../incident/record.ts'
import type { EngineDeps } from '../deps.ts'
import { sinceOpening } from '../opening.ts'
import type { RunbookInfo } from '../ports.ts'
import { route } from './route.ts'

type Deps = Pick<EngineDeps, 'ledger' | 'runbooks' | 'settings'>

/** The runbook that a label set leads to, if the labels keep its contract and the parameters of the routes fit it. */
export function leadTo(
  { runbooks, settings }: Pick<Deps, 'runbooks' | 'settings'>,
  labels: Readonly<Record<string, string>>,
): RunbookInfo | undefined {
  const routed = route(labels, runbooks.list(), settings)
  if (routed.runbook === null) return undefined
  const { name } = routed.runbook
  const isFit = runbooks.labelFault(name, labels) === null && runbooks.readParameters(name, routed.parameters).ok
  return isFit ? routed.runbook : undefined
}

/** Alerts of the incident that fire. */
export function firingEpisodes({ ledger }: Pick<Deps, 'ledger'>, incident: Incident): readonly Episode[] {
  return ledger.episodesOf(incident.id).filter(({ state }) => state === 'firing')
}

const answeredIds = (deps: Deps, incident: Incident): ReadonlySet<unknown> =>
  new Set(
    sinceOpening(deps, incident).flatMap(({ kind, data }): readonly unknown[] =>
      kind === 'superseded' && Array.isArray(data.answered) ? data.answered : [],
    ),
  )

/** The runbooks that firing alerts call for, one for each alert that is not answered. */
export function calledRunbooks(deps: Deps, incident: Incident): readonly RunbookInfo[] {
  const firing = firingEpisodes(deps, incident)
  if (firing.length === 0) return []
  const answered = answeredIds(deps, incident)
  return firing.flatMap(({ id, labels }) => (answered.has(id) ? [] : (leadTo(deps, labels) ?? [])))
}
