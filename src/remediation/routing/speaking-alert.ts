/** The alert that speaks for an incident: the one whose labels and annotations its runbook works with. */
import type { Observation } from '../../authoring/index.ts'
import type { Incident } from '../../incident/record.ts'
import type { EngineDeps } from '../deps.ts'
import { leadTo } from './calls.ts'
import { tune } from './tune.ts'

type Deps = Pick<EngineDeps, 'ledger' | 'runbooks' | 'settings'>

/** What a runbook is told of the alert, with the parameters that its routes give; none where they do not fit. */
export type SpokenAlert = Pick<Observation, 'labels' | 'annotations' | 'parameters'>

/**
 * The first alert of the incident that leads to its runbook and keeps that runbook's label contract; where there is none
 * (another configuration was loaded, say), the alert that opened it.
 */
export function speakingAlert(deps: Deps, incident: Incident): SpokenAlert {
  const episodes = deps.ledger.episodesOf(incident.id)
  const { labels, annotations } =
    episodes.find((episode) => leadTo(deps, episode.labels)?.name === incident.runbook) ?? incident
  const read = tune(deps, incident.runbook, labels)
  return { labels, annotations, parameters: read.ok ? read.parameters : {} }
}
