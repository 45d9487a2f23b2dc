// npm run bench:receiver: what receiving costs. Progress on stderr; the result is the last thing on stdout.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeDaemon } from '../../test/support/fake-docker-daemon.ts'
import { viewStorage } from './database.ts'
import { measureDockerCalls } from './docker-call.ts'
import { startLoadClient } from './load.ts'
import { type Options, readOptions, usage } from './options.ts'
import { machineOf, metricsOf, shortfallsOf } from './result.ts'
import { startExpress, startSelfheal } from './servers.ts'
import { runStorms, type Storms } from './storm.ts'
import { connectionCounts, type Measured, type Round, runRound } from './throughput.ts'

async function main(): Promise<number> {
  let options: Options | undefined
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return 2
  }
  if (options === undefined) {
    process.stdout.write(usage)
    return 0
  }
  const folder = mkdtempSync(join(options.data, 'selfheal-bench-'))
  try {
    return await runAll(options, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runAll(options: Options, folder: string): Promise<number> {
  const at = new Date().toISOString()
  const rounds = await compare(options, join(folder, 'throughput'))
  const storms = await storm(options, join(folder, 'storm'))
  const dockerCalls = await callDocker(options, join(folder, 'docker'))
  const metrics = metricsOf({ rounds, storms, dockerCalls })
  const result = { name: 'receiver', at, machine: machineOf(), metrics }
  const shortfalls = shortfallsOf(metrics)
  for (const shortfall of shortfalls) say(`falls short: ${shortfall}`)
  process.stdout.write(`${JSON.stringify(result, null, options.isJson ? 0 : 2)}\n`)
  return shortfalls.length === 0 ? 0 : 1
}

/** No alert of the load matches a runbook: the engine opens and repeats episodes, routes them, and records `no-route`. */
async function compare({ rounds: count, seconds }: Options, folder: string): Promise<readonly Round[]> {
  await using daemon = await startFakeDaemon()
  await using client = startLoadClient()
  await using express = await startExpress(folder, 'direct')
  await using deferred = await startExpress(folder, 'deferred')
  await using selfheal = await startSelfheal(folder, { docker: { host: daemon.host } })
  using storage = viewStorage(folder)
  const stage = { client, express, deferred, selfheal, storage }
  say('warming up')
  await runRound(stage, { connections: 16, seconds: 1 })
  const rounds: Round[] = []
  for (let index = 1; index <= count; index += 1) {
    for (const connections of connectionCounts) {
      const round = await runRound(stage, { connections, seconds })
      rounds.push(round)
      say(`round ${index} of ${count}, ${connections} connections`)
      for (const side of ['express', 'deferred', 'selfheal'] as const) say(`  ${side.padEnd(8)} ${lineOf(round[side])}`)
      const { backlog, drainMs } = round.selfheal
      say(`  the engine had ${backlog} notifications left, and decided them in ${Math.round(drainMs)} ms`)
    }
  }
  return rounds
}

const lineOf = ({ perSecond, p50Ms, p99Ms, serverCpu, clientCpu }: Measured): string =>
  [
    `${Math.round(perSecond)} per second`,
    `p50 ${p50Ms.toFixed(2)} ms`,
    `p99 ${p99Ms.toFixed(2)} ms`,
    `server ${serverCpu.toFixed(2)} and client ${clientCpu.toFixed(2)} of a core`,
  ].join(', ')

async function storm({ storms: count }: Options, folder: string): Promise<Storms> {
  await using daemon = await startFakeDaemon()
  const storms = await runStorms(folder, daemon.host, count)
  for (const one of storms.storms) {
    const { acceptedMs, decidedMs, blockMs, parseMs, bodyMb } = one
    const [accepted, decided, block, parse] = [acceptedMs, decidedMs, blockMs, parseMs].map(Math.round)
    say(
      `20,000 alerts (${bodyMb.toFixed(1)} MB): 202 after ${accepted} ms, decided after ${decided} ms, longest block ${block} ms beside ${parse} ms of parsing`,
    )
  }
  say(`memory: ${Math.round(storms.restMb)} MB at rest, ${Math.round(storms.rssMb)} MB after the storms`)
  return storms
}

async function callDocker({ calls }: Options, folder: string): Promise<readonly number[]> {
  await using daemon = await startFakeDaemon()
  return await measureDockerCalls(folder, daemon, { count: calls, warmup: 2 })
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

process.exitCode = await main()
