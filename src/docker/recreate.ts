/** The action `recreate`: what it refuses beyond every action's preconditions, and its containers one after the other. */
import type { Reason } from '../guard/verdict.ts'
import { findNamespaceUsers } from './namespace-users.ts'
import { type ReplaceParts, replaceOne } from './recreate-steps.ts'
import { roll } from './roll.ts'
import type { Sighting, TakeSnapshot } from './snapshot.ts'
import type { Step } from './step.ts'

const SWARM_TASK_LABEL = 'com.docker.swarm.task.id'

/** What re-creating works with. */
export type RecreateParts = ReplaceParts & { readonly look: TakeSnapshot }

/**
 * Why the containers cannot be replaced; `null` when they can. Throws `DockerError`.
 *
 * - what is no replica (a one-off run, `--rm`, a completed job) would be lost or run again
 * - a task of Swarm's: its manager would make another one beside the new one
 * - what provides a namespace to others, or what links lead to, would break them
 */
export async function refuseRecreation(
  { look }: Pick<RecreateParts, 'look'>,
  subjects: readonly Sighting[],
  signal: AbortSignal,
): Promise<{ readonly refused: Reason; readonly detail: string } | null> {
  const odd = subjects.find(({ container }) => !container.isReplica)
  if (odd !== undefined)
    return { refused: 'no-target', detail: `${odd.inspection.name} is no replica: it runs once, or removes itself` }
  const task = subjects.find(({ inspection }) => inspection.labels[SWARM_TASK_LABEL] !== undefined)
  if (task !== undefined)
    return {
      refused: 'no-target',
      detail: `${task.inspection.name} is a task of Swarm, which makes new ones by itself`,
    }
  const all = (await look((listed) => listed, signal)).map(({ inspection }) => inspection)
  for (const { inspection } of subjects) {
    const users = findNamespaceUsers(inspection, all).map(({ name }) => name)
    if (users.length > 0)
      return {
        refused: 'namespace-shared',
        detail: `${users.join(', ')} shares a namespace of ${inspection.name}, or is linked to it`,
      }
  }
  return null
}

/** Replaces the containers one after the other, each seen running before the next is touched. Never throws. */
export function recreateAll(
  parts: RecreateParts,
  subjects: readonly Sighting[],
  signal: AbortSignal,
): Promise<readonly Step[]> {
  return roll(subjects, { look: parts.look, work: (sighting, inner) => replaceOne(parts, sighting, inner), signal })
}
