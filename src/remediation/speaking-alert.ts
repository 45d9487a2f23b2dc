/** The alert that speaks for an incident: the one whose labels and annotations its runbook works with. */
import type { Observation } from '../authoring/index.ts'
import type { Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { route } from './route.ts'

type Deps = Pick<EngineDeps, 'ledger' | 'runbooks' | 'settings'>

/**
 * The first alert of the incident that leads to its runbook and keeps that runbook's label contract; where there is none
 * (another configuration was loaded, say), the alert that opened it.
 */
export function speakingAlert(deps: Deps, incident: Incident): Pick<Observation, 'labels' | 'annotations'> {
  const { ledger, runbooks, settings } = deps
  const loaded = runbooks.list()
  const speaking = ledger.episodesOf(incident.id).find(({ labels }) => {
    const isItsOwn = route(labels, loaded, settings).runbook?.name === incident.runbook
    return isItsOwn && runbooks.labelFault(incident.runbook, labels) === null
  })
  return speaking ?? incident
}
