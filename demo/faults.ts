import type { Project } from './project.ts'

/** A fault, where it strikes, and how its story must end. */
export type Fault = {
  readonly name: string
  readonly service: string
  /** The path under /fault/ of the service's own fault port. */
  readonly path: string
  /** What its users ask of the service, and the judge as one of them. */
  readonly work: string
  readonly what: string
  readonly expected: 'recovered' | 'escalated'
  /** Whether the process goes on living, so that its container runs all the while. */
  readonly isAlive: boolean
  /** Rungs of its runbook's ladder that apply: escalation comes after all of them, recovery with one of them. */
  readonly rungs: number
}

/** Every fault of the demo; each has a service of its own, so that one's attempts do not use up another's budget. */
export const faults: readonly Fault[] = [
  {
    name: 'exit',
    service: 'stock',
    path: 'exit',
    work: '/stock',
    isAlive: false,
    what: 'the process exits, and no restart policy brings it back',
    expected: 'recovered',
    rungs: 2,
  },
  {
    name: 'broken-config',
    service: 'pricing',
    path: 'break-config',
    work: '/price',
    isAlive: false,
    what: 'the process breaks its own configuration and exits; no start can cure that',
    expected: 'escalated',
    rungs: 2,
  },
  {
    name: 'hang',
    service: 'reviews',
    path: 'hang',
    work: '/reviews',
    isAlive: true,
    what: 'the process waits for a lock that nobody gives back: it lives, and answers nothing',
    expected: 'recovered',
    // The first rung starts what does not run, and everything runs.
    rungs: 1,
  },
  {
    name: 'error-burst',
    service: 'payment',
    path: 'leak-connections',
    work: '/charge',
    isAlive: true,
    what: 'a pool of connections leaks: most requests are answered with a 500, and the health check sees nothing',
    expected: 'recovered',
    rungs: 2,
  },
]

/** Runs inside the container: the fault port is closed to everyone else. */
const script = (path: string) => `
const answer = await fetch('http://127.0.0.1:9999/fault/${path}', { method: 'POST' })
if (answer.status !== 202) throw new Error('the fault was not accepted: ' + answer.status)
console.log(await answer.text())
`

/** Has the process break itself, never Docker (what Docker stops was stopped by a person); returns the instant at which it does. */
export async function inject(fault: Fault, project: Project, signal: AbortSignal): Promise<number> {
  const command = ['node', '--input-type=module', '--eval', script(fault.path)]
  const answer: { readonly strikesAt: number } = JSON.parse(
    await project.compose(['exec', '-T', fault.service, ...command], { signal }),
  )
  return answer.strikesAt
}
