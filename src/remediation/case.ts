/** The case: an incident with everything that a decision about it needs, observed now. */
import type { Observation } from '../authoring/index.ts'
import type { Incident } from '../incident/record.ts'
import { observedSymptom } from '../incident/symptom.ts'
import { isMoreUrgent } from '../incident/urgency.ts'
import type { EngineDeps } from './deps.ts'
import { transition } from './journal.ts'
import { toObservation, toTarget } from './observe.ts'
import type { Container, RunbookInfo } from './ports.ts'
import { type Limits, limitsFor, route } from './route.ts'

/** An incident as it is decided upon. */
export type Case = {
  readonly incident: Incident
  readonly runbook: RunbookInfo
  readonly limits: Limits
  readonly containers: readonly Container[]
  readonly observation: Observation
  /** No alert of the incident fires any more. */
  readonly isQuiet: boolean
}

/** The labels by which the incident is routed: those of its firing alerts, or what the observation itself says. */
const labelSets = (deps: EngineDeps, incident: Incident, containers: readonly Container[]) => {
  const firing = deps.ledger.episodesOf(incident.id).filter((episode) => episode.state === 'firing')
  if (firing.length > 0) return { isQuiet: false, sets: firing.map((episode) => episode.labels) }
  const symptom = observedSymptom(toTarget(incident.target, containers))
  return { isQuiet: true, sets: symptom === null ? [] : [{ ...incident.labels, symptom }] }
}

/** A more urgent runbook takes over, from its first rung on: a waiting proposal of the old one is dropped. */
const supersede = (deps: EngineDeps, incident: Incident, wanted: RunbookInfo): Incident =>
  transition(deps, incident, {
    change: { runbook: wanted.name, rung: 0, state: 'open', reason: null, until: null, proposal: null },
    note: {
      kind: 'alert-joined',
      text: `runbook ${wanted.name} is more urgent than ${incident.runbook} and takes over`,
      data: { from: incident.runbook, to: wanted.name },
    },
  })

/** Builds the case; `null` when the incident's runbook is no longer loaded and no other one matches. */
export function buildCase(deps: EngineDeps, incident: Incident, containers: readonly Container[]): Case | null {
  const { runbooks, settings, clock } = deps
  const loaded = runbooks.list()
  const { isQuiet, sets } = labelSets(deps, incident, containers)
  let current = incident
  let runbook = loaded.find((candidate) => candidate.name === incident.runbook)
  for (const labels of sets) {
    const wanted = route(labels, loaded, settings).runbook
    if (wanted === null) continue
    if (runbook === undefined || (wanted.name !== runbook.name && isMoreUrgent(wanted.urgency, runbook.urgency))) {
      current = supersede(deps, current, wanted)
      runbook = wanted
    }
  }
  if (runbook === undefined) return null
  return {
    incident: current,
    runbook,
    limits: limitsFor(runbook, current.labels, settings),
    containers,
    observation: toObservation(toTarget(current.target, containers), current, clock.now()),
    isQuiet,
  }
}
