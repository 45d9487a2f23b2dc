/** `plan --offline`: what would be done for an alert now, found out without a running selfheal. */
import { connect } from '../app/connect.ts'
import type { Settings } from '../config/settings.ts'
import { systemClock } from '../lib/clock.ts'
import { plan } from '../remediation/plan.ts'
import { formatRunbookFault } from '../runbook/fault.ts'
import { loadRunbooks } from '../runbook/host.ts'
import { createLog } from '../telemetry/log.ts'
import type { GivenAlert } from './labels.ts'
import { say } from './output.ts'
import { printPlan } from './plan.ts'

/** What guards and ladder look up, as if nothing had ever been tried. */
const noHistory = {
  attemptsSince: () => [],
  unsettledAttempts: () => [],
  reopenedSince: () => 0,
  pausesInForce: () => [],
  activeIncident: () => undefined,
}

/** Plans without a server: from the configuration, the runbooks and the containers as they are, without any history. */
export async function planOffline(
  settings: Settings,
  alert: GivenAlert,
  output: { readonly asJson: boolean },
): Promise<void> {
  const runbooks = await loadRunbooks(settings.runbooks)
  for (const fault of runbooks.faults) say(formatRunbookFault(fault))
  const { docker } = connect(settings, { clock: systemClock, log: createLog({ level: 'silent' }), ledger: noHistory })
  try {
    await docker.start()
    const deps = { settings: settings.engine, ledger: noHistory, containers: docker, runbooks, clock: systemClock }
    printPlan(await plan(deps, alert, AbortSignal.timeout(30_000)), output)
  } finally {
    await docker.stop()
    await runbooks.stop()
  }
}
