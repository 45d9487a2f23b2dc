/** What became of one container of an action. */
import type { ActionOutcome } from '../remediation/ports.ts'
import { DockerError } from './docker-error.ts'
import { plainText } from './plain-text.ts'

/** The outcome for one container. */
export type Step = { readonly status: 'done' | 'failed' | 'unknown'; readonly detail: string }

const LONGEST_DETAIL = 4000

/** What a fault of a call that acts means: `unknown` when Docker may have carried it out all the same. */
export function stepOfError(error: unknown): Step {
  const isUnknown = !(error instanceof DockerError) || error.mayHaveTakenEffect
  const message = error instanceof Error ? error.message : String(error)
  return { status: isUnknown ? 'unknown' : 'failed', detail: plainText(message) }
}

/** The outcome of all: unknown if one is unknown, else failed if one has failed, else done. */
export function combineSteps(steps: readonly Step[]): ActionOutcome {
  const status = (['unknown', 'failed'] as const).find((bad) => steps.some((step) => step.status === bad)) ?? 'done'
  return { status, detail: plainText(steps.map((step) => step.detail).join('; '), LONGEST_DETAIL) }
}
