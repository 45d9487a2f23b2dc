/** Throughput: the three servers in turn, round after round, so that all of them see the same moods of the machine. */
import type { StorageView } from './database.ts'
import type { LoadClient } from './load.ts'
import type { LoadReport } from './load-process.ts'
import type { ServerProcess } from './server-process.ts'
import type { LoopReport } from './watch-loop.ts'

/** Numbers of connections that are measured. */
export const connectionCounts = [16, 64] as const

/** One of them. */
export type Connections = (typeof connectionCounts)[number]

/** One server under load for some seconds. */
export type Measured = LoadReport & {
  readonly perSecond: number
  readonly server: LoopReport
  /** Share of one core that the server used. */
  readonly serverCpu: number
}

/** Selfheal under load, and what the engine had left to do when the load ended. */
export type MeasuredSelfheal = Measured & {
  readonly backlog: number
  /** From the end of the load until nothing waited any more. */
  readonly drainMs: number
  /** Requests by the time from the first one until everything that was accepted was decided. */
  readonly decidedPerSecond: number
}

/** One round at one number of connections. */
export type Round = {
  readonly connections: Connections
  readonly express: Measured
  readonly deferred: Measured
  readonly selfheal: MeasuredSelfheal
}

/** What a round needs. */
export type Stage = {
  readonly client: LoadClient
  readonly express: ServerProcess
  readonly deferred: ServerProcess
  readonly selfheal: ServerProcess
  readonly storage: StorageView
}

type Order = { readonly connections: Connections; readonly seconds: number }

async function measure(client: LoadClient, server: ServerProcess, order: Order): Promise<Measured> {
  await server.report()
  const report = await client.run({ ...order, port: server.port, status: server.status })
  const loop = await server.report()
  return {
    ...report,
    perSecond: report.requests / report.seconds,
    server: loop,
    serverCpu: loop.cpuMs / 1000 / report.seconds,
  }
}

async function measureSelfheal({ client, selfheal, storage }: Stage, order: Order): Promise<MeasuredSelfheal> {
  const measured = await measure(client, selfheal, order)
  const endedAt = performance.now()
  const backlog = storage.pending()
  await storage.settled()
  const drainMs = performance.now() - endedAt
  return { ...measured, backlog, drainMs, decidedPerSecond: measured.requests / (measured.seconds + drainMs / 1000) }
}

/** Runs one round: each server once, selfheal last and until its engine is idle again. */
export async function runRound(stage: Stage, order: Order): Promise<Round> {
  const express = await measure(stage.client, stage.express, order)
  const deferred = await measure(stage.client, stage.deferred, order)
  const selfheal = await measureSelfheal(stage, order)
  return { connections: order.connections, express, deferred, selfheal }
}
