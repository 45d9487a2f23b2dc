/** Whether an alert on a target without an open incident is the old problem again. */
import type { Incident } from './record.ts'

/** `fresh`: a new incident; `reopen`: the one that ended last continues at the rung where it was. */
export type Reopening = 'fresh' | 'reopen'

/** An incident that ended at most `reopenWithinMs` ago continues; a clock that jumped back counts as "just now". */
export function decideReopening(last: Incident | undefined, now: number, reopenWithinMs: number): Reopening {
  if (last === undefined || last.endedAt === null) return 'fresh'
  return now - last.endedAt <= reopenWithinMs ? 'reopen' : 'fresh'
}
