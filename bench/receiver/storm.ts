/** A storm: 20,000 alerts in one notification, on a selfheal that was at rest. */
import { setTimeout as delay } from 'node:timers/promises'
import { runClient } from './connection.ts'
import { viewStorage } from './database.ts'
import { bodyOf, poolOfBodies, requestOf, stormBody } from './notifications.ts'
import type { ServerProcess } from './server-process.ts'
import { startSelfheal } from './servers.ts'

/** Alerts of one storm. */
export const stormSize = 20_000

/** What one storm did. */
export type Storm = {
  /** From the first byte of the request to the 202. */
  readonly acceptedMs: number
  /** From the first byte of the request until each alert has an incident, or a recorded reason why it has none. */
  readonly decidedMs: number
  /** Longest block of the event loop, apart from parsing. */
  readonly blockMs: number
  /** Longest parsing, which cannot be split. */
  readonly parseMs: number
  readonly bodyMb: number
}

/** What came of the storms of one process. */
export type Storms = {
  readonly restMb: number
  readonly storms: readonly Storm[]
  /** Memory when the last storm was over and 5 s had passed. */
  readonly rssMb: number
}

/** Posts the bodies one after the other; resolves with the slowest answer in milliseconds. */
async function post(port: number, bodies: readonly Buffer[]): Promise<number> {
  const requests = bodies.map((body) => requestOf(body, port))
  let slowestMs = 0
  const answered = (status: number, ms: number): void => {
    if (status !== 202) throw new Error(`the server answered ${status} instead of 202`)
    slowestMs = Math.max(slowestMs, ms)
  }
  await runClient({ port, next: () => requests.shift() ?? null, answered })
  return slowestMs
}

async function runStorm(folder: string, server: ServerProcess, number: number): Promise<Storm> {
  using storage = viewStorage(folder)
  const body = stormBody(stormSize, number)
  const expected = storage.decided() + stormSize
  await server.report()
  const startedAt = performance.now()
  const acceptedMs = await post(server.port, [body])
  while (storage.pending() > 0 || storage.decided() < expected) await delay(20)
  const decidedMs = performance.now() - startedAt
  const { blockMs, parseMs } = await server.report()
  return { acceptedMs, decidedMs, blockMs, parseMs, bodyMb: body.length / 2 ** 20 }
}

/** Starts a selfheal, lets it rest, and runs `count` storms, each of alerts that it has not seen before. */
export async function runStorms(folder: string, dockerHost: string, count: number): Promise<Storms> {
  await using server = await startSelfheal(folder, { docker: { host: dockerHost } })
  await delay(2_000)
  const { rssMb: restMb } = await server.report()
  // A receiver that never received anything is none: what Alertmanager sends on a quiet day comes first.
  await post(server.port, [bodyOf([]), ...poolOfBodies()])
  const storms: Storm[] = []
  for (let number = 0; number < count; number += 1) storms.push(await runStorm(folder, server, number))
  await delay(5_000)
  const { rssMb } = await server.report()
  return { restMb, storms, rssMb }
}
