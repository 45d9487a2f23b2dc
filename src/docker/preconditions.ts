/** Whether an action may still be performed on what is there now. Pure. */
import type { Action, ContainerRef } from '../authoring/index.ts'
import type { Reason } from '../guard/verdict.ts'
import type { Sighting } from './snapshot.ts'

/** Refused with its reason, or what is to be acted on and what is left alone because it runs already. */
export type Preconditions =
  | { readonly refused: Reason; readonly detail: string }
  | { readonly refused: null; readonly subjects: readonly Sighting[]; readonly leftAlone: readonly Sighting[] }

type Refusal = { readonly refused: Reason; readonly detail: string }

/** Checks every container of the action; one that fails refuses the whole action, before anything is done. */
export function checkPreconditions(action: Action, found: readonly Sighting[]): Preconditions {
  if (action.containers.length === 0) return { refused: 'no-target', detail: 'the action names no container' }
  const subjects: Sighting[] = []
  const leftAlone: Sighting[] = []
  for (const wanted of action.containers) {
    const sighting = found.find(({ inspection }) => inspection.id === wanted.id)
    if (sighting === undefined) return { refused: 'target-changed', detail: `${wanted.name} is gone` }
    const refusal = refuseOwnership(action, sighting) ?? refuseState(action, wanted, sighting)
    if (refusal !== null) return refusal
    const isLeftAlone = action.kind === 'start' && sighting.inspection.state === 'running'
    if (!subjects.concat(leftAlone).includes(sighting)) (isLeftAlone ? leftAlone : subjects).push(sighting)
  }
  return { refused: null, subjects, leftAlone }
}

/** Refuses what is not ours to touch. */
function refuseOwnership(action: Action, { container }: Sighting): Refusal | null {
  const { name } = container.replica
  if (container.lineage !== action.target)
    return { refused: 'target-changed', detail: `${name} belongs to ${container.lineage}, not to ${action.target}` }
  if (container.protectedBecause !== null)
    return { refused: 'protected', detail: `${name} is protected: ${container.protectedBecause}` }
  if (!container.isOptedIn) return { refused: 'not-opted-in', detail: `${name} is not opted in` }
  return null
}

/** Refuses what is not as it was when the action was proposed, or what a person has set so. */
function refuseState(action: Action, wanted: ContainerRef, { container, inspection }: Sighting): Refusal | null {
  const { name, state, startedAt } = inspection
  if (state === 'paused') return { refused: 'paused-container', detail: `${name} is paused` }
  if (action.kind === 'start' && state === 'running') return null
  if (startedAt !== wanted.ifStartedAt) {
    const was = wanted.ifStartedAt ?? 'never started'
    return { refused: 'target-changed', detail: `${name} was started at ${startedAt ?? 'no time'}, expected ${was}` }
  }
  if (state === 'removing') return { refused: 'target-changed', detail: `${name} is being removed` }
  if (container.exitCause === 'person')
    return { refused: 'stopped-by-person', detail: `${name} was stopped by a person or another program` }
  return null
}
