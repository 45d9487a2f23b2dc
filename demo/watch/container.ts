import type Docker from 'dockerode'
import type { Tell } from '../happening.ts'
import { projectName } from '../project.ts'
import type { Notes } from './notes.ts'
import type { Look } from './poll.ts'

/** What Docker says of a service's container. Instants are epoch milliseconds; `finishedAt` is 0 before the first end. */
export type ContainerSeen = { readonly startedAt: number; readonly finishedAt: number; readonly exitCode: number }

/** Asks Docker for the one container of a service of the demo; rejects when there is not exactly one. */
export async function seeContainer(docker: Docker, service: string): Promise<ContainerSeen> {
  const label = [`com.docker.compose.project=${projectName}`, `com.docker.compose.service=${service}`]
  const found = await docker.listContainers({ all: true, filters: { label } })
  const [container] = found
  if (container === undefined || found.length > 1) throw new Error(`${service} has ${found.length} containers`)
  const { State: state } = await docker.getContainer(container.Id).inspect()
  return {
    startedAt: Date.parse(state.StartedAt),
    finishedAt: Math.max(0, Date.parse(state.FinishedAt)),
    exitCode: state.ExitCode,
  }
}

/** Watches the container's starts and ends; `before` is how it was before the fault. */
export function lookAtContainer(notes: Notes, docker: Docker, before: ContainerSeen, tell: Tell): Look {
  const { service } = notes.fault
  let last = before
  return {
    what: `the container of ${service}`,
    intervalMs: 250,
    look: async () => {
      const lookedAt = Date.now()
      const seen = await seeContainer(docker, service)
      if (seen.startedAt !== last.startedAt) {
        notes.starts.push(seen.startedAt)
        tell({ at: seen.startedAt, service, kind: 'container', text: 'Docker started the container' })
      }
      if (seen.finishedAt !== last.finishedAt) {
        notes.ends.push(seen.finishedAt)
        const text = `the container ended with exit code ${seen.exitCode}`
        tell({ at: seen.finishedAt, service, kind: 'container', text })
      }
      last = seen
      notes.lookedAt.set('container', lookedAt)
    },
  }
}
