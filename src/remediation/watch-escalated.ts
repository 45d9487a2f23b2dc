/** An escalated incident: automation has stopped; it ends when all its alerts have closed and the checks hold. */
import { running } from '../authoring/index.ts'
import type { Incident } from '../incident/record.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { again, type Next, wait } from './next.ts'
import { toObservation, toTarget } from './observe.ts'
import { preCheck } from './pre-check.ts'
import { seeReplicas } from './see.ts'
import { speakingAlert } from './speaking-alert.ts'

/** Looks only when no alert fires any more; never acts. */
export async function watchEscalated(deps: EngineDeps, incident: Incident, signal: AbortSignal): Promise<Next> {
  const isQuiet = deps.ledger.episodesOf(incident.id).every((episode) => episode.state !== 'firing')
  if (!isQuiet) return wait()
  const containers = await seeReplicas(deps, incident.target, signal)
  if (containers instanceof AdapterError) return wait()
  if (containers.length === 0) {
    end(deps, incident, { outcome: 'target_gone', text: 'no container of the target is left' })
    return again
  }
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
  if (look.kind !== 'holds') return wait()
  end(deps, incident, { outcome: 'resolved', text: 'the alerts closed and the checks hold' })
  return again
}
