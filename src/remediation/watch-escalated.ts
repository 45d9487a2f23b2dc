/** An escalated incident: automation has stopped; it ends when all its alerts have closed and the checks hold. */
import { running } from '../authoring/index.ts'
import type { Incident } from '../incident/record.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { goneAfterMs } from './gone.ts'
import { again, type Next, wait } from './next.ts'
import { toObservation, toTarget } from './observe.ts'
import { preCheck } from './pre-check.ts'
import { firingEpisodes } from './routing/calls.ts'
import { speakingAlert } from './routing/speaking-alert.ts'
import { seeReplicas } from './see.ts'
import { isSilenced } from './silenced.ts'

/** An alert of it fires, or would if nobody had silenced it. */
const isAlive = (deps: EngineDeps, incident: Incident): boolean =>
  firingEpisodes(deps, incident).length > 0 || isSilenced(deps, incident)

/** Looks only when no alert fires any more; never acts. */
export async function watchEscalated(deps: EngineDeps, incident: Incident, signal: AbortSignal): Promise<Next> {
  if (isAlive(deps, incident)) return wait()
  const containers = await seeReplicas(deps, incident.target, signal)
  if (containers instanceof AdapterError) return wait()
  if (containers.length === 0) return watchGone(deps, incident)
  if (incident.until !== null) deps.ledger.changeIncident(incident.id, { until: null }, deps.clock.now())
  const runbook = deps.runbooks.list().find((candidate) => candidate.name === incident.runbook)
  const rung = runbook?.ladder[Math.min(incident.rung, runbook.ladder.length - 1)]
  const observation = toObservation(
    toTarget(incident.target, containers),
    speakingAlert(deps, incident),
    deps.clock.now(),
  )
  const look = await preCheck(
    deps,
    { incident, observation, containers },
    // A runbook that is no longer loaded must not keep the incident open for ever.
    { checks: rung?.verify ?? [running()], signal },
  )
  if (look.kind === 'young') return wait(look.remainingMs)
  // An alert may have joined while we looked.
  if (look.kind !== 'holds' || isAlive(deps, incident)) return wait()
  end(deps, incident, { outcome: 'resolved', text: 'the alerts closed and the checks hold' })
  return again
}

/** It may be on its way back: a while is waited, as in `gone`, but the incident stays escalated meanwhile. */
const watchGone = (deps: EngineDeps, incident: Incident): Next => {
  const now = deps.clock.now()
  if (incident.until === null) {
    deps.ledger.changeIncident(incident.id, { until: now + goneAfterMs }, now)
    return wait(goneAfterMs)
  }
  if (now < incident.until) return wait(incident.until - now)
  if (isAlive(deps, incident)) return wait()
  end(deps, incident, { outcome: 'target_gone', text: 'no container of the target has come back' })
  return again
}
