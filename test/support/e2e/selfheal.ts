import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFailed } from 'vitest'
import { eventually, type Patience } from '../real/eventually.ts'
import { freePort } from '../real/free-port.ts'
import { ownFolder } from '../real/own-folder.ts'
import { writeYaml } from '../real/prometheus.ts'
import { type Api, createApi } from './api.ts'
import { type Ending, type LogLine, readLines, spawnSelfheal } from './node-program.ts'

/** A selfheal for a test. */
export interface SelfhealSpec {
  /** selfheal.yml; it lies in `folder`, which relative paths in it start at. */
  readonly config: object
  /** Further files in `folder`, by path: runbooks. */
  readonly files?: Readonly<Record<string, string>>
  /** Default: a new one. Give that of an earlier selfheal to start on its storage. */
  readonly folder?: string
  /** Default: a free one. */
  readonly port?: number
  /** Ends it by SIGKILL in the moment in which it has written the first log line with this phrase. */
  readonly killAt?: string
}

/** A selfheal that runs for a test, and ends with it: `await using`. */
export interface Selfheal extends Api, AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly folder: string
  /** Milliseconds from the start of the process until it said that it is ready. */
  readonly readyMs: number
  readonly lines: () => readonly LogLine[]
  /** Resolves with the first line of that phrase, as soon as it is written. */
  readonly line: (phrase: string, patience?: Patience) => Promise<LogLine>
  readonly signal: (signal: NodeJS.Signals) => void
  /** Resolves when it has ended. */
  readonly ended: Promise<Ending>
  /** Signals it (SIGTERM) and waits for its end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ending>
}

const killAtLine = fileURLToPath(new URL('kill-at-line.ts', import.meta.url))
const patience: Patience = { timeoutMs: 40_000, intervalMs: 20 }

/** Starts a real `selfheal serve` and waits until it is ready. Its log is shown when the test fails. */
export async function startSelfheal(spec: SelfhealSpec): Promise<Selfheal> {
  const { folder = await ownFolder('selfheal'), port = await freePort() } = spec
  await writeYaml(join(folder, 'selfheal.yml'), spec.config)
  for (const [path, text] of Object.entries(spec.files ?? {})) await writeYaml(join(folder, path), text)
  const logFile = freshLogFile(folder)
  const startedAt = performance.now()
  const child = spawnSelfheal(
    {
      args: ['serve', ...flagsOf(folder, port)],
      nodeOptions: spec.killAt === undefined ? [] : [`--import=${killAtLine}`],
      env: spec.killAt === undefined ? {} : { SELFHEAL_TEST_KILL_AT: spec.killAt },
    },
    logFile,
  )
  const ended: Promise<Ending> = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  const lines = () => readLines(logFile)
  showOnFailure(logFile, lines)
  const line = (phrase: string, wait: Patience = patience) =>
    eventually(`the line "${phrase}"`, () => lines().find(({ msg }) => msg === phrase), wait)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> => {
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    const ending = await ended
    clearTimeout(timer)
    return ending
  }
  try {
    const early = ended.then((ending) => Promise.reject(new Error(`it ended: ${JSON.stringify(ending)}`)))
    await Promise.race([line('ready'), early])
  } catch (cause) {
    await stop('SIGKILL')
    throw new Error(`selfheal did not start:\n${JSON.stringify(lines().slice(-20), null, 1)}`, { cause })
  }
  const readyMs = performance.now() - startedAt
  return {
    ...createApi(`http://127.0.0.1:${port}`),
    ...{ pid: child.pid ?? 0, port, folder, readyMs, lines, line, ended, stop },
    signal: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

/** The flags of `serve` for a folder as `startSelfheal` makes it. */
export function flagsOf(folder: string, port: number): readonly string[] {
  return [
    `--config.file=${join(folder, 'selfheal.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
}

/** Each start in a folder has a log of its own. */
function freshLogFile(folder: string): string {
  for (let number = 1; ; number += 1) {
    const file = join(folder, `selfheal-${number}.log`)
    if (!existsSync(file)) return file
  }
}

function showOnFailure(name: string, lines: () => readonly LogLine[]): void {
  try {
    onTestFailed(() => {
      const told = lines().filter(({ method }) => method !== 'GET')
      const texts = told.slice(-60).map((line) => JSON.stringify(line).slice(0, 600))
      console.error(`--- ${name} ---\n${texts.join('\n')}`)
    })
  } catch {
    // outside of a test, say in a hook, there is none that could fail
  }
}
