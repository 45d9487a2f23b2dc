import type Docker from 'dockerode'
import { type Fault, inject } from '../faults.ts'
import type { Tell } from '../happening.ts'
import type { Observation } from '../observation.ts'
import type { Addresses } from '../ports.ts'
import { type Project, projectName } from '../project.ts'
import { lookAtAlerts } from './alerts.ts'
import { lookAtContainer, seeContainer } from './container.ts'
import { lookAtIncidents } from './incidents.ts'
import { openNotes, readNotes } from './notes.ts'
import { lookAtPager } from './pager.ts'
import { poll } from './poll.ts'
import { lookAtService } from './service.ts'

/** The running demo, as the judge gets at it. */
export type Scene = {
  readonly project: Project
  readonly docker: Docker
  readonly addresses: Addresses
  readonly judgeToken: string
  readonly tell: Tell
}

/** A fault that was injected and is being watched. */
export type Watch = {
  /** What was seen until now. */
  readonly see: () => Observation
  /** Resolves when the last watcher has stopped, which they do when the signal aborts. */
  readonly ended: Promise<unknown>
}

/** Injects a fault, and watches from five sides what becomes of it until the signal aborts. */
export async function injectAndWatch(fault: Fault, scene: Scene, signal: AbortSignal): Promise<Watch> {
  const { project, docker, addresses, judgeToken, tell } = scene
  const { service } = fault
  const before = await seeContainer(docker, service)
  const injectedAt = await inject(fault, project, signal)
  tell({ at: injectedAt, service, kind: 'fault', text: `${fault.name}: ${fault.what}` })
  const notes = openNotes(fault, `local/${projectName}/${service}`, injectedAt)
  const looks = [
    lookAtService(notes, addressOf(service, addresses), tell),
    lookAtContainer(notes, docker, before, tell),
    lookAtAlerts(notes, addresses.alertmanager, tell),
    lookAtIncidents(notes, { address: addresses.selfheal, token: judgeToken }, tell),
    lookAtPager(notes, addresses.pager, tell),
  ]
  return { see: () => readNotes(notes), ended: Promise.all(looks.map((look) => poll(look, tell, signal))) }
}

function addressOf(service: string, addresses: Addresses): string {
  const found = Object.entries(addresses).find(([name]) => name === service)
  if (found === undefined) throw new Error(`${service} has no published port`)
  return found[1]
}
