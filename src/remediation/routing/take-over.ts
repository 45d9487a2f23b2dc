/**
 * Take over: which runbook heals an incident may change while it waits.
 *
 * - Its own runbook stays as long as an alert of that runbook fires, but for one that is more urgent.
 * - When none of them fires any more, the other alerts decide, and what the observation itself says; not while they are
 *   merely silenced or inhibited.
 */
import type { Target } from '../../authoring/index.ts'
import type { Incident } from '../../incident/record.ts'
import { observedSymptom } from '../../incident/symptom.ts'
import { isMoreUrgent } from '../../incident/urgency.ts'
import type { EngineDeps } from '../deps.ts'
import { transition } from '../journal.ts'
import type { RunbookInfo } from '../ports.ts'
import { isSilenced } from '../silenced.ts'
import { calledRunbooks, firingEpisodes, leadTo } from './calls.ts'
import { mostUrgent } from './route.ts'

type Deps = Pick<EngineDeps, 'ledger' | 'runbooks' | 'settings' | 'clock' | 'log' | 'alerts'>
type Labels = Readonly<Record<string, string>>

/** An incident with the runbook that heals it now. */
export type Taken = {
  readonly incident: Incident
  readonly runbook: RunbookInfo
  /** No alert of the incident fires any more. */
  readonly isQuiet: boolean
  /** The labels that the observation itself would carry as an alert, where they lead to this runbook. */
  readonly observedLabels: Labels | null
}

/** The runbook that should take over from the incident's own; `undefined`: none. */
const successor = (
  own: RunbookInfo | undefined,
  called: readonly RunbookInfo[],
  observed: readonly RunbookInfo[],
): RunbookInfo | undefined => {
  const isCalled = own !== undefined && called.some((runbook) => runbook.name === own.name)
  const best = mostUrgent(isCalled ? called : [...called, ...observed])
  if (best === undefined || best.name === own?.name) return undefined
  return isCalled && !isMoreUrgent(best.urgency, own.urgency) ? undefined : best
}

/** True when an alert calls for another runbook, or none calls for the incident's own any more. */
export function isCalledElsewhere(deps: Deps, incident: Incident): boolean {
  const own = deps.runbooks.list().find((runbook) => runbook.name === incident.runbook)
  const called = calledRunbooks(deps, incident)
  if (own === undefined || !called.some((runbook) => runbook.name === own.name)) return true
  return successor(own, called, []) !== undefined
}

/** Starts at the first rung of the new runbook; a waiting proposal of the old one is dropped. */
const supersede = (deps: Deps, incident: Incident, next: RunbookInfo): Incident =>
  transition(deps, incident, {
    change: { runbook: next.name, rung: 0, state: 'open', reason: null, until: null, proposal: null },
    note: {
      kind: 'superseded',
      text: `runbook ${next.name} (${next.urgency}) takes over from ${incident.runbook}`,
      data: { from: incident.runbook, to: next.name },
    },
  })

/** The incident with the runbook that its alerts and the observation call for; `null` when none is loaded that does. */
export function takeOver(deps: Deps, incident: Incident, target: Target): Taken | null {
  const own = deps.runbooks.list().find((runbook) => runbook.name === incident.runbook)
  const symptom = observedSymptom(target)
  const seen = symptom === null ? null : { ...incident.labels, symptom }
  const lead = seen === null ? undefined : leadTo(deps, seen)
  // What is silenced has not ended: its own runbook stays.
  const isHeld = own !== undefined && isSilenced(deps, incident)
  const observed = lead === undefined || isHeld ? [] : [lead]
  const next = successor(own, calledRunbooks(deps, incident), observed)
  const isQuiet = firingEpisodes(deps, incident).length === 0
  const runbook = next ?? own
  if (runbook === undefined) return null
  const observedLabels = observed.some(({ name }) => name === runbook.name) ? seen : null
  return { incident: next === undefined ? incident : supersede(deps, incident, next), runbook, isQuiet, observedLabels }
}
