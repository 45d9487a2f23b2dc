/** Held back: a person has said that nothing is to be begun on a target now, by a pause or a maintenance window. */
import type { Lineage } from '../../authoring/index.ts'
import type { MaintenanceWindow } from '../../config/settings.ts'
import { maintenanceUntil } from '../../guard/maintenance.ts'
import { concerns, coversTarget, type Pause } from '../../guard/pause.ts'
import type { Verdict } from '../../guard/verdict.ts'
import type { Incident } from '../../incident/record.ts'
import type { EngineDeps } from '../deps.ts'
import type { Ledger } from '../ledger.ts'
import { holds } from '../routing/holding.ts'
import { speakingAlert } from '../routing/speaking-alert.ts'

type Labels = Readonly<Record<string, string>>

/** The pauses in force that concern a lineage. */
export function pausesOn(ledger: Pick<Ledger, 'pausesInForce'>, lineage: Lineage, now: number): readonly Pause[] {
  return ledger.pausesInForce(now).filter((pause) => concerns(pause, lineage))
}

/** The maintenance windows that speak of a lineage and the labels of its alert, whenever they are. */
export function windowsOn(
  windows: readonly MaintenanceWindow[],
  lineage: Lineage,
  labels: Labels,
): readonly MaintenanceWindow[] {
  return windows.filter(
    ({ match, targets }) =>
      holds(match, labels) && (targets.length === 0 || targets.some((scope) => coversTarget(scope, lineage))),
  )
}

/** True while a pause or a maintenance window holds the incident back. */
export function isHeldBack(deps: EngineDeps, incident: Incident): boolean {
  const now = deps.clock.now()
  if (pausesOn(deps.ledger, incident.target, now).length > 0) return true
  const { maintenance } = deps.settings
  if (maintenance.length === 0) return false
  const { labels } = speakingAlert(deps, incident)
  return maintenanceUntil(windowsOn(maintenance, incident.target, labels), now) !== null
}

/** True for an incident that waits for the end of a pause or a window which is over. */
export function isReleased(deps: EngineDeps, incident: Incident): boolean {
  return (incident.reason === 'paused' || incident.reason === 'in-maintenance') && !isHeldBack(deps, incident)
}

/** The verdict that holds a proposal back, whatever the other guards say of it. */
export function holdingBack(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.find(({ reason }) => reason === 'paused' || reason === 'in-maintenance')
}
