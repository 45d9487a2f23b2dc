/** Works on several containers one after the other. */
import type { Sighting, TakeSnapshot } from './snapshot.ts'
import { type Step, stepOfError } from './step.ts'

/** What is done to one container. */
export type Work = (sighting: Sighting, signal: AbortSignal) => Promise<Step>

/** How the containers are worked on. */
export type Rolling = { readonly look: TakeSnapshot; readonly work: Work; readonly signal: AbortSignal }

/** One after the other; a failure stops it. What comes later is looked at again, as time has passed. */
export async function roll(subjects: readonly Sighting[], { look, work, signal }: Rolling): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (const [index, subject] of subjects.entries()) {
    const changed = index === 0 ? null : await findChange(subject, look, signal)
    const step = changed ?? (await work(subject, signal))
    steps.push(step)
    if (step.status === 'done') continue
    const rest = subjects.slice(index + 1).map(({ inspection }) => inspection.name)
    if (rest.length > 0) steps.push({ status: 'failed', detail: `left as they were: ${rest.join(', ')}` })
    break
  }
  return steps
}

async function findChange({ inspection }: Sighting, look: TakeSnapshot, signal: AbortSignal): Promise<Step | null> {
  try {
    const [again] = await look((all) => all.filter(({ id }) => id === inspection.id), signal)
    const isSame = again?.inspection.startedAt === inspection.startedAt && again.inspection.state === inspection.state
    return isSame ? null : { status: 'failed', detail: `${inspection.name} has changed meanwhile and was left alone` }
  } catch (error) {
    return { status: 'failed', detail: `${inspection.name} was left alone: ${stepOfError(error).detail}` }
  }
}
