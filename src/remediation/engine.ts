/** The engine: from the inbox to settled incidents. Started, woken, stopped by the composition root. */
import type { EngineDeps } from './deps.ts'
import { createIntake } from './intake.ts'
import { createQueue } from './queue.ts'
import { step } from './step.ts'

/** The engine as the composition root sees it. */
export type Engine = {
  /** Goes on from what is committed: unsettled attempts, waiting incidents, the inbox. */
  readonly start: () => void
  /** Something was committed to the inbox. */
  readonly wake: () => void
  /** A person or a job changed something about the target. */
  readonly kick: (target: string) => void
  /** Stops taking in and proving; a running action is seen through. */
  readonly stop: () => Promise<void>
}

/** How long until what failed is tried again: kicking the targets at the start. */
const retryMs = 5_000

/** Creates the engine; nothing happens before `start`. */
export function createEngine(deps: EngineDeps): Engine {
  const stopping = new AbortController()
  const queue = createQueue({
    step: (target, signal) => step(deps, target, signal),
    clock: deps.clock,
    failed: (target, error) => logFailure(deps, target, error),
  })
  const intake = createIntake(deps, queue.kick)

  const goOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        for (const incident of deps.ledger.activeIncidents()) queue.kick(incident.target)
        return
      } catch (error) {
        deps.log.error({ err: error }, 'incidents cannot be read')
        await deps.clock.sleep(retryMs, stopping.signal).catch(() => {})
      }
    }
  }

  return {
    start: () => {
      void goOn()
      intake.wake()
    },
    wake: intake.wake,
    kick: queue.kick,
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await Promise.all([intake.stop(), queue.stop()])
    },
  }
}

/** A step that threw is tried again; the line carries the correlation id where the ledger can still be read. */
const logFailure = ({ ledger, log }: EngineDeps, target: string, error: unknown): void => {
  let known = {}
  try {
    const incident = ledger.activeIncident(target)
    if (incident !== undefined) known = { notification: incident.notification, incident: incident.id }
  } catch {
    // The ledger is what failed, most likely: the line is written without.
  }
  log.error({ ...known, target, err: error }, 'step failed')
}
