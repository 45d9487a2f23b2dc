/** Order of urgency: down, unresponsive, errors, saturation, drift. */
import { type Urgency, urgencies } from '../authoring/index.ts'

/** True when `a` is strictly more urgent than `b`. */
export function isMoreUrgent(a: Urgency, b: Urgency): boolean {
  return urgencies.indexOf(a) < urgencies.indexOf(b)
}
