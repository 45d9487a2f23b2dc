/** See: the live replicas of a lineage, or why they cannot be seen. */
import type { Lineage } from '../authoring/index.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import type { EngineDeps } from './deps.ts'
import type { Container } from './ports.ts'

/**
 * Observes now. A fault of the adapter is a value; rejects when the signal is aborted, so that a look which was cut off
 * by a shutdown is never taken for what is there.
 */
export async function seeReplicas(
  deps: Pick<EngineDeps, 'containers'>,
  lineage: Lineage,
  signal: AbortSignal,
): Promise<readonly Container[] | AdapterError> {
  const seen = await deps.containers.observe(lineage, signal).catch((error: unknown) => {
    if (error instanceof AdapterError) return error
    throw error
  })
  signal.throwIfAborted()
  return seen instanceof AdapterError ? seen : seen.filter((container) => container.isReplica)
}
