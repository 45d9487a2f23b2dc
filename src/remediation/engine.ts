/** The engine: from the inbox to settled incidents. Started, woken, stopped by the composition root. */
import type { EngineDeps } from './deps.ts'
import { createIntake } from './intake/intake.ts'
import { createReconciliation } from './intake/reconciliation.ts'
import { createQueue } from './queue.ts'
import { step } from './step.ts'

/** The engine as the composition root sees it. */
export type Engine = {
  /** Goes on from what is committed: unsettled attempts, waiting incidents, the inbox. */
  readonly start: () => void
  /** Something was committed to the inbox. */
  readonly wake: () => void
  /** Asks Alertmanager what it holds and brings the alerts in line; resolves when that is done. Never rejects. */
  readonly reconcile: () => Promise<void>
  /** When the last reconciliation was begun that every Alertmanager answered, epoch milliseconds; `null`: none yet. */
  readonly reconciledAt: () => number | null
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
  const reconciliation = createReconciliation(deps, (listing) => intake.reconcile(listing))
  const intake = createIntake(deps, { kick: queue.kick, wantListing: reconciliation.kick })

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
      reconciliation.kick()
    },
    wake: intake.wake,
    reconcile: reconciliation.run,
    reconciledAt: reconciliation.completedAt,
    kick: queue.kick,
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await Promise.all([reconciliation.stop(), intake.stop(), queue.stop()])
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
