/** Propose: the first rung from here on that has something to do. */
import type { Action, Observation } from '../authoring/index.ts'
import type { RunbookInfo, RunbookPort, RungInfo } from './ports.ts'

/** A rung that was passed over, and why. */
export type Skip = { readonly rung: number; readonly name: string; readonly because: string }

/** What the ladder offers. */
export type Offer =
  | { readonly kind: 'climb'; readonly index: number; readonly rung: RungInfo; readonly actions: readonly Action[] }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'broken'; readonly detail: string }

/** The offer, and what was passed over on the way to it. */
export type Proposed = { readonly offer: Offer; readonly skips: readonly Skip[] }

/**
 * Asks the rungs in order, from `from` on. A rung is skipped when its `when` says so, or when its actions touch no
 * container; an author's code that breaks ends the climb.
 */
export async function propose(
  runbooks: RunbookPort,
  runbook: RunbookInfo,
  step: { readonly from: number; readonly observation: Observation },
): Promise<Proposed> {
  const skips: Skip[] = []
  for (const [index, rung] of runbook.ladder.entries()) {
    if (index < step.from) continue
    const outcome = await runbooks.plan(runbook.name, index, step.observation)
    if (outcome.kind === 'broken') return { offer: { kind: 'broken', detail: outcome.detail }, skips }
    const actions = outcome.kind === 'skipped' ? [] : outcome.actions.filter((action) => action.containers.length > 0)
    if (actions.length > 0) return { offer: { kind: 'climb', index, rung, actions }, skips }
    const because = outcome.kind === 'skipped' ? 'its condition does not hold' : 'it has nothing to do'
    skips.push({ rung: index, name: rung.name, because })
  }
  return { offer: { kind: 'exhausted' }, skips }
}
