/** What an observation alone says about a target, in the words that alerts use. */
import type { Target } from '../authoring/index.ts'

/** `down` when a replica is not running, `unhealthy` when Docker's health check says so; `null` when nothing is seen. */
export function observedSymptom(target: Target): 'down' | 'unhealthy' | null {
  if (target.replicas.some((replica) => ['created', 'exited', 'dead'].includes(replica.state))) return 'down'
  if (target.replicas.some((replica) => replica.health === 'unhealthy')) return 'unhealthy'
  return null
}
