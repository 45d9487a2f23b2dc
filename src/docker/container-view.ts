/** What the engine of selfheal sees of an inspected container. */
import type { Replica } from '../authoring/index.ts'
import type { Container, ExitCause } from '../remediation/ports.ts'
import { hostnamesOf } from './hostnames.ts'
import type { Inspection } from './inspection.ts'
import { identify } from './lineage.ts'
import { isOptedIn, modeOf, type OptIn } from './opt-in.ts'

/** What is known of a container beside its inspection. */
export type Findings = {
  readonly engine: string
  readonly optIn: OptIn
  readonly protectedBecause: string | null
  readonly exitCause: ExitCause | null
}

/** Combines the inspection and the findings. */
export function viewContainer(inspection: Inspection, findings: Findings): Container {
  const { engine, optIn, protectedBecause, exitCause } = findings
  return {
    replica: viewReplica(inspection),
    ...identify(engine, inspection),
    isReplica: isReplica(inspection, exitCause),
    isOptedIn: isOptedIn(inspection.labels, optIn),
    protectedBecause,
    mode: modeOf(inspection.labels),
    hostnames: hostnamesOf(inspection),
    createdAt: Date.parse(inspection.createdAt),
    exitCause,
  }
}

function viewReplica(inspection: Inspection): Replica {
  const { id, name, state, health, healthCheckedAt, startedAt, finishedAt, exitCode, oomKilled } = inspection
  const { restartCount, restartPolicy, image, imageId, attachments } = inspection
  const found = attachments.filter(({ address }) => state === 'running' && address !== '')
  return {
    ...{ id, name, state, health, healthCheckedAt, startedAt, finishedAt, exitCode, oomKilled },
    ...{ restartCount, restartPolicy, image, imageId },
    addresses: Object.fromEntries(found.map(({ network, address }) => [network, address])),
  }
}

/**
 * Whether the container is one of a service's: not an operator's one-off run, not one that vanishes when it ends, and not a
 * job that has completed, that is, ended by itself with exit code 0 under a policy that does not start it again.
 */
function isReplica(inspection: Inspection, exitCause: ExitCause | null): boolean {
  const isOneOff = inspection.labels['com.docker.compose.oneoff']?.toLowerCase() === 'true'
  if (isOneOff || inspection.autoRemove) return false
  const endedWell = inspection.state === 'exited' && inspection.exitCode === 0
  const wasStopped = exitCause === 'person' || exitCause === 'ours'
  return !(endedWell && !wasStopped && ['no', 'on-failure'].includes(inspection.restartPolicy))
}
