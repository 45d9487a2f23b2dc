/** The client's process: puts load on a server when told to, and reports what it saw and what it cost. */
import { runClient } from './connection.ts'
import { poolOfBodies, requestOf } from './notifications.ts'
import { quantile } from './statistics.ts'

/** What the process is told. */
export type LoadOrder = {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The status that every answer must have. */
  readonly status: number
}

/** What the process reports. */
export type LoadReport = {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Share of one core that the client used. */
  readonly clientCpu: number
}

const bodies = poolOfBodies()

async function load({ port, connections, seconds, status: expected }: LoadOrder): Promise<LoadReport> {
  const requests = bodies.map((body) => requestOf(body, port))
  const times: number[] = []
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  const endsAt = startedAt + seconds * 1000
  let sent = 0
  const next = () => (performance.now() < endsAt ? (requests[sent++ % requests.length] ?? null) : null)
  const answered = (status: number, ms: number): void => {
    if (status !== expected) throw new Error(`the server answered ${status} instead of ${expected}`)
    times.push(ms)
  }
  await Promise.all(Array.from({ length: connections }, () => runClient({ port, next, answered })))
  const tookMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  return {
    requests: times.length,
    seconds: tookMs / 1000,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    maxMs: quantile(times, 1),
    clientCpu: (user + system) / 1000 / tookMs,
  }
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (report) => process.send?.(report),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`)
      process.exit(1)
    },
  )
})
