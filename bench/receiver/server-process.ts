/** A server under test, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LoopReport } from './watch-loop.ts'

/** A running server. */
export type ServerProcess = AsyncDisposable & {
  readonly name: string
  readonly port: number
  /** What the server answers to a notification that it took. */
  readonly status: number
  /** What its process did since the last report. */
  readonly report: () => Promise<LoopReport>
}

/** What is started. */
export type ServerSpec = {
  readonly name: string
  readonly status: number
  readonly entry: string
  readonly args: readonly string[]
  /** Where its log goes: a file, as with most ways to run a service. */
  readonly folder: string
}

const watchLoop = fileURLToPath(new URL('watch-loop.ts', import.meta.url))

/** The port that the log's line `ready` names; rejects when the process ends before. */
async function readyPort(child: ChildProcess, logFile: string): Promise<number> {
  for (;;) {
    const log = readFileSync(logFile, 'utf8')
    const line = log.split('\n').find((text) => text.includes('"msg":"ready"'))
    if (line !== undefined) return Number(JSON.parse(line).port)
    if (child.exitCode !== null) throw new Error(`the server ended:\n${log}`)
    await delay(20)
  }
}

/** Starts a server and resolves when it listens. */
export async function startServer({ name, status, entry, args, folder }: ServerSpec): Promise<ServerProcess> {
  mkdirSync(folder, { recursive: true })
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'w')
  const nodeArgs = [...(process.env.SELFHEAL_BENCH_NODE_OPTIONS?.split(' ') ?? []), `--import=${watchLoop}`]
  const child = spawn(process.execPath, [...nodeArgs, entry, ...args], { stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  const ended = once(child, 'exit')
  const port = await readyPort(child, logFile)
  return {
    name,
    status,
    port,
    report: async () => {
      child.send('report')
      const [report] = await once(child, 'message')
      return report
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(timer)
    },
  }
}
