import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFailed } from 'vitest'
import { eventually } from './eventually.ts'

/** A program to start for a test. */
export interface ProcessSpec {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  /** Its working folder; its output is kept there as `NAME.log`. */
  readonly folder: string
  readonly env?: NodeJS.ProcessEnv
  /** An address that answers 200 when the program is ready. */
  readonly readyUrl: string
  readonly readyTimeoutMs?: number
}

/** A program that runs for a test, and ends with it: `await using`. */
export interface StartedProcess extends AsyncDisposable {
  readonly pid: number
  /** What it wrote so far. */
  readLog(): string
  /** Asks it to end, and makes it end after 5 s; resolves when it has. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a program and waits until it is ready. Its log is shown when that fails, and when the test does. */
export async function startProcess(spec: ProcessSpec): Promise<StartedProcess> {
  const logFile = join(spec.folder, `${spec.name}.log`)
  const log = openSync(logFile, 'a')
  const child = spawn(spec.file, spec.args, {
    cwd: spec.folder,
    env: { ...process.env, ...spec.env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const readLog = () => readFileSync(logFile, 'utf8')
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => endChild(child, ended, signal)
  showLogOnFailure(spec.name, readLog)
  try {
    const ready = eventually(`${spec.name} is ready at ${spec.readyUrl}`, () => isReady(spec.readyUrl), {
      timeoutMs: spec.readyTimeoutMs ?? 30_000,
    })
    await Promise.race([ready, ended.then(() => Promise.reject(new Error(`${spec.name} ended`)))])
  } catch (error) {
    await stop('SIGKILL')
    throw new Error(`${spec.name} did not start:\n${readLog().slice(-4000)}`, { cause: error })
  }
  return { pid: child.pid ?? 0, readLog, stop, [Symbol.asyncDispose]: () => stop() }
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
  await response.arrayBuffer()
  return response.ok
}

async function endChild(child: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}

function showLogOnFailure(name: string, readLog: () => string): void {
  try {
    onTestFailed(() => console.error(`--- log of ${name} ---\n${readLog().slice(-8000)}`))
  } catch {
    // outside of a test, say in a hook, there is none that could fail
  }
}
