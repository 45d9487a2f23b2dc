/** Whether Docker is there, and what selfheal may do in it. */
import { connect } from '../../app/connect.ts'
import type { Settings } from '../../config/settings.ts'
import { systemClock } from '../../lib/clock.ts'
import { createLog } from '../../telemetry/log.ts'
import { readEngineVersion } from './engine-version.ts'
import type { StepSpec } from './step.ts'

/** Asks the engine for its containers. */
export function dockerStep(settings: Settings): StepSpec<void> {
  const { host, timeoutMs } = settings.docker
  return {
    name: 'docker',
    timeoutMs: 2 * timeoutMs + 1000,
    hint: 'an engine at docker.host that this user may ask: its socket mounted, and the group of the socket',
    work: async (tell, signal) => {
      const ledger = { unsettledAttempts: () => [] }
      const { docker } = connect(settings, { clock: systemClock, log: createLog({ level: 'silent' }), ledger })
      try {
        await docker.ping(signal)
        tell('ok', `version ${await readEngineVersion(host, signal)} answers at ${host}`)
        const replicas = (await docker.list(signal)).filter(({ isReplica }) => isReplica)
        const free = replicas.filter(({ isOptedIn, protectedBecause }) => isOptedIn && protectedBecause === null)
        const found = `${replicas.length} containers seen, ${free.length} of which selfheal may touch`
        if (free.length > 0) tell('ok', found)
        else tell('warning', found, 'the label selfheal.enable=true on what may be healed, or docker.opt_in')
      } finally {
        await docker.stop()
      }
    },
  }
}
