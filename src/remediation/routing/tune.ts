/** Tune: the parameters that a runbook works with for a label set. */
import type { EngineDeps } from '../deps.ts'
import type { ParametersReading } from '../ports.ts'
import { route } from './route.ts'

type Deps = Pick<EngineDeps, 'runbooks' | 'settings'>

/**
 * What the routes give, checked by the runbook, and the defaults of the others. Labels that lead to another runbook give
 * none: what their routes set is not meant for this one.
 */
export function tune(deps: Deps, runbook: string, labels: Readonly<Record<string, string>>): ParametersReading {
  const routed = route(labels, deps.runbooks.list(), deps.settings)
  const isItsOwn = routed.runbook !== null && routed.runbook.name === runbook
  return deps.runbooks.readParameters(runbook, isItsOwn ? routed.parameters : {})
}
