/** The result: figures, and what falls short of the aims. */
import { arch, cpus, platform, totalmem } from 'node:os'
import { quantile, rounded, spreadOf } from './statistics.ts'
import type { Storms } from './storm.ts'
import type { Connections, Measured, Round } from './throughput.ts'

/** Everything that was measured. */
export type Measurements = {
  readonly rounds: readonly Round[]
  readonly storms: Storms
  /** Milliseconds from the 202 to the Docker call. */
  readonly dockerCalls: readonly number[]
}

/** What is reported for each number of connections. */
const each = <T>(figure: (connections: Connections) => T) => ({ c16: figure(16), c64: figure(64) })

type Side = 'express' | 'deferred' | 'selfheal'

/** The figures of one comparison. A ratio is taken round by round, and its median is the figure. */
function compare(rounds: readonly Round[]) {
  const at = (connections: Connections) => rounds.filter((round) => round.connections === connections)
  const over = (figure: (round: Round) => number, digits: number) =>
    each((connections) => spreadOf(at(connections).map(figure), digits))
  const ofSide = (figure: (measured: Measured) => number, digits: number) => {
    const side = (name: Side) => over((round) => figure(round[name]), digits)
    return { express: side('express'), deferred: side('deferred'), selfheal: side('selfheal') }
  }
  const ratio = over(({ selfheal, express }) => selfheal.perSecond / express.perSecond, 2)
  const ratioDeferred = over(({ selfheal, deferred }) => selfheal.perSecond / deferred.perSecond, 2)
  const median = (spread: typeof ratio) => each((connections) => spread[`c${connections}`].median)
  return {
    ratio: median(ratio),
    ratioDeferred: median(ratioDeferred),
    p99Ms: median(over(({ selfheal }) => selfheal.p99Ms, 2)),
    spread: {
      ratio,
      ratioDeferred,
      perSecond: ofSide(({ perSecond }) => perSecond, 0),
      p99Ms: ofSide(({ p99Ms }) => p99Ms, 2),
      clientCpu: ofSide(({ clientCpu }) => clientCpu, 2),
      serverCpu: ofSide(({ serverCpu }) => serverCpu, 2),
    },
    engine: {
      backlog: over(({ selfheal }) => selfheal.backlog, 0),
      drainMs: over(({ selfheal }) => selfheal.drainMs, 0),
      decidedRatio: over(({ selfheal, express }) => selfheal.decidedPerSecond / express.perSecond, 2),
    },
  }
}

/** The metrics of the bench; milliseconds, megabytes (2^20 bytes) and shares of one core. */
export function metricsOf({ rounds, storms, dockerCalls }: Measurements) {
  const worst = (figure: (storm: Storms['storms'][number]) => number) =>
    rounded(Math.max(...storms.storms.map(figure)), 1)
  return {
    ...compare(rounds),
    storm: {
      acceptedMs: worst(({ acceptedMs }) => acceptedMs),
      decidedMs: worst(({ decidedMs }) => decidedMs),
      blockMs: worst(({ blockMs }) => blockMs),
      parseMs: worst(({ parseMs }) => parseMs),
      rssMb: rounded(storms.rssMb, 1),
    },
    restMb: rounded(storms.restMb, 1),
    dockerCallMs: {
      p50: rounded(quantile(dockerCalls, 0.5), 1),
      p99: rounded(quantile(dockerCalls, 0.99), 1),
      max: rounded(quantile(dockerCalls, 1), 1),
    },
  }
}

/** The metrics, as they are written. */
export type Metrics = ReturnType<typeof metricsOf>

/** What falls short of the aims, one sentence each. */
export function shortfallsOf(metrics: Metrics): readonly string[] {
  const aims: readonly (readonly [string, number, 'at least' | 'below', number])[] = [
    ['throughput to bare Express, 16 connections', metrics.ratio.c16, 'at least', 1],
    ['throughput to bare Express, 64 connections', metrics.ratio.c64, 'at least', 1],
    ['throughput to deferred Express, 16 connections', metrics.ratioDeferred.c16, 'at least', 0.7],
    ['throughput to deferred Express, 64 connections', metrics.ratioDeferred.c64, 'at least', 0.7],
    ['p99 at 16 connections, ms', metrics.p99Ms.c16, 'below', 10],
    ['longest block of the event loop in a storm, ms', metrics.storm.blockMs, 'below', 50],
    ['memory at rest, MB', metrics.restMb, 'below', 130],
    ['p99 from the 202 to the Docker call, ms', metrics.dockerCallMs.p99, 'below', 20],
  ]
  return aims
    .filter(([, found, kind, aim]) => !(kind === 'below' ? found < aim : found >= aim))
    .map(([what, found, kind, aim]) => `${what}: ${found}, expected ${kind} ${aim}`)
}

/** The machine, in words. */
export function machineOf(): string {
  const processors = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${processors.length} x ${processors[0]?.model ?? 'unknown'}, ${memory}, ${platform()} ${arch()}, Node ${process.version}`
}
