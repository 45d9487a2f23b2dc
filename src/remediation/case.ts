/** The case: an incident with everything that a decision about it needs, observed now. */
import type { Observation } from '../authoring/index.ts'
import { effectiveMode } from '../guard/mode.ts'
import type { Incident, Mode } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { toContainerFacts, toObservation, toTarget } from './observe.ts'
import type { Container, RunbookInfo } from './ports.ts'
import { type Limits, limitsFor, route } from './routing/route.ts'
import { speakingAlert } from './routing/speaking-alert.ts'
import { takeOver } from './routing/take-over.ts'
import { tune } from './routing/tune.ts'

/** An incident as it is decided upon. */
export type Case = {
  readonly incident: Incident
  readonly runbook: RunbookInfo
  readonly limits: Limits
  /** How much may be done: by configuration, capped by the ceiling, lowered by the containers' labels. */
  readonly mode: Mode
  readonly containers: readonly Container[]
  readonly observation: Observation
  /** No alert of the incident fires any more. */
  readonly isQuiet: boolean
  /** What is seen of the target calls for the runbook, whatever the alerts say. */
  readonly isObserved: boolean
}

/** Why there is no case: no runbook can heal the incident as things are configured now, in words. */
export type NoCase = { readonly broken: string }

/** Builds the case, unless the incident's runbook is no longer loaded, or the routes give it parameters that do not fit. */
export function buildCase(deps: EngineDeps, incident: Incident, containers: readonly Container[]): Case | NoCase {
  const { settings, clock } = deps
  const target = toTarget(incident.target, containers)
  const taken = takeOver(deps, incident, target)
  if (taken === null) return { broken: `runbook ${incident.runbook} is no longer loaded` }
  const spoken = speakingAlert(deps, taken.incident)
  const isSpokenFor = route(spoken.labels, deps.runbooks.list(), settings).runbook?.name === taken.runbook.name
  const labels = isSpokenFor ? spoken.labels : (taken.observedLabels ?? spoken.labels)
  const read = tune(deps, taken.runbook.name, labels)
  if (!read.ok)
    return { broken: `the routes tune runbook ${taken.runbook.name} with what it does not take: ${read.found}` }
  const limits = limitsFor(taken.runbook, labels, settings)
  const mode = effectiveMode({
    mode: limits.mode,
    ceiling: settings.ceiling,
    containers: containers.map(toContainerFacts),
  })
  const alert = { labels, annotations: spoken.annotations, parameters: read.parameters }
  const observation = toObservation(target, alert, clock.now())
  // Derived, and kept for those who look at the incident: configuration and labels may have changed since it was opened.
  const isSameMode = taken.incident.mode === mode
  const current = isSameMode ? taken.incident : deps.ledger.changeIncident(taken.incident.id, { mode }, clock.now())
  const { runbook, isQuiet, observedLabels } = taken
  const isObserved = observedLabels !== null
  return { incident: current, runbook, isQuiet, isObserved, limits, mode, containers, observation }
}
