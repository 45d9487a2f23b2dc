import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootFolder } from '../../../tools/parts.mjs'

/** How a program ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What a program wrote, and how it ended. */
export interface Run extends Ending {
  readonly stdout: string
  readonly stderr: string
}

/** How `selfheal` is run: as a clone runs it, with this Node. */
export interface ProgramSpec {
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly nodeOptions?: readonly string[]
}

const entry = join(rootFolder, 'src/main.ts')

/** The environment of a program under test: nothing of the tests' own settings reaches it. */
function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, SELFHEAL_URL: __, SELFHEAL_TOKEN: ___, DOCKER_HOST: ____, ...own } = process.env
  return { ...own, NO_COLOR: '1', ...env }
}

/** Starts `selfheal` with its standard error in `logFile`, which keeps every line even of a process that is killed. */
export function spawnSelfheal({ args, env, nodeOptions = [] }: ProgramSpec, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [...nodeOptions, entry, ...args], {
    env: environment(env),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  return child
}

/** Runs a command of `selfheal` to its end. */
export async function runSelfheal(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run> {
  const child = spawn(process.execPath, [entry, ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code, signal]: [number | null, NodeJS.Signals | null] = await once(child, 'close').then(([a, b]) => [a, b])
  return { code, signal, stdout, stderr }
}

/** One line of the log. */
export interface LogLine {
  readonly level: string
  readonly time: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** The JSON lines of a log; what is no JSON, say a stack trace, becomes a line `not JSON`, so that tests see it. */
export function readLines(logFile: string): readonly LogLine[] {
  const texts = readFileSync(logFile, 'utf8').split('\n')
  return texts.filter((text) => text !== '').map(readLine)
}

function readLine(text: string): LogLine {
  try {
    return JSON.parse(text)
  } catch {
    return { level: 'none', time: '', msg: 'not JSON', text }
  }
}
