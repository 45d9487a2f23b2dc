/** One worker thread with runbooks in it: loads them under a deadline per file, then answers one call at a time. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import type { LogLine } from '../lib/log.ts'
import type { CallAnswer, CallRequest, Snapshot, ThrownError, WorkerInput, WorkerMessage } from './protocol.ts'
import { shown } from './thrown.ts'
import { startWatch } from './watch.ts'

/** How long the thread itself may take to start, before any author code. */
const bootDeadlineMs = 60_000
const longestLine = 500

/** Room for new objects. By default it grows to tens of megabytes while the thread starts, and stays so when it rests. */
const mostYoungMb = 4

/** How long author code may take. Milliseconds. */
export type Deadlines = { readonly callMs: number; readonly loadMs: number }

/** What a thread is started with. */
export type ThreadOptions = { readonly input: WorkerInput; readonly deadlines: Deadlines; readonly log: LogLine }

/** What became of one file. */
export type LoadedFile =
  | { readonly kind: 'loaded'; readonly file: string; readonly json: string | null }
  | { readonly kind: 'failed'; readonly file: string; readonly error: ThrownError }

/** What became of a call. `hung`: it passed its deadline; `died`: the thread ended under it. The thread is gone after both. */
export type CallOutcome = CallAnswer | { readonly kind: 'hung' } | { readonly kind: 'died'; readonly detail: string }

/** A thread whose runbooks are loaded. */
export type Thread = {
  readonly files: readonly LoadedFile[]
  readonly snapshot: Snapshot
  readonly isAlive: () => boolean
  /** Never rejects; the caller waits for the answer before the next call. */
  readonly call: (request: CallRequest) => Promise<CallOutcome>
  readonly stop: () => Promise<void>
}

/** A thread, or the file during whose loading it hung or died. */
export type ThreadStart =
  | { readonly kind: 'started'; readonly thread: Thread }
  | { readonly kind: 'stuck'; readonly file: string; readonly detail: string }

/** Starts a thread and loads the files. Rejects only when the thread cannot start at all. */
export async function startThread(options: ThreadOptions): Promise<ThreadStart> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: options.input,
    env: {},
    argv: [],
    execArgv: ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'].map((name) => `--disable-warning=${name}`),
    stdout: true,
    stderr: true,
    resourceLimits: { maxYoungGenerationSizeMb: mostYoungMb },
  })
  forwardLines(worker.stdout, 'stdout', options.log)
  forwardLines(worker.stderr, 'stderr', options.log)
  return await load(worker, options)
}

/** Waits for the files one by one; `current` is the one that is charged with a silence or an end of the thread. */
function load(worker: Worker, options: ThreadOptions): Promise<ThreadStart> {
  const { deadlines, log } = options
  return new Promise((resolve, reject) => {
    const files: LoadedFile[] = []
    let current: string | null = null
    const fail = (detail: string): void => {
      watch.stop()
      detach(worker)
      worker.on('error', () => {})
      void worker.terminate()
      if (current === null) reject(new Error(`the thread for runbooks did not start: ${detail}`))
      else resolve({ kind: 'stuck', file: current, detail })
    }
    let watch = startWatch(bootDeadlineMs, () => fail(`no sign of life for ${bootDeadlineMs} ms`))
    let lastError = ''
    worker.on('error', (error: unknown) => {
      lastError = error instanceof Error ? shown(error.message, longestLine) : 'an error that is none'
    })
    worker.on('exit', (code) => fail(`the thread ended with code ${code}${lastError && `: ${lastError}`}`))
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'loading') {
        watch.stop()
        current = message.file
        watch = startWatch(deadlines.loadMs, () => fail(`not loaded within ${deadlines.loadMs} ms`))
      } else if (message.kind === 'loaded' || message.kind === 'failed') files.push(message)
      else if (message.kind === 'stray') log({ detail: message.detail, file: current }, 'runbook left an error behind')
      else if (message.kind === 'ready') {
        watch.stop()
        detach(worker)
        resolve({ kind: 'started', thread: serve(worker, options, { files, snapshot: message.snapshot }) })
      }
    })
  })
}

function serve(worker: Worker, options: ThreadOptions, loaded: Pick<Thread, 'files' | 'snapshot'>): Thread {
  let isAlive = true
  let lastError = ''
  let lastId = 0
  let settle: ((id: number, outcome: CallOutcome) => void) | null = null
  worker.on('error', (error: unknown) => {
    lastError = error instanceof Error ? shown(error.message, longestLine) : 'an error that is none'
  })
  worker.on('exit', (code) => {
    isAlive = false
    settle?.(lastId, { kind: 'died', detail: `the thread ended with code ${code}${lastError && `: ${lastError}`}` })
  })
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'answer') settle?.(message.id, message.answer)
    else if (message.kind === 'stray') options.log({ detail: message.detail }, 'runbook left an error behind')
  })
  const stop = async (): Promise<void> => {
    if (!isAlive) return
    isAlive = false
    await worker.terminate()
  }
  const call = (request: CallRequest): Promise<CallOutcome> =>
    new Promise((resolve) => {
      if (!isAlive) return resolve({ kind: 'died', detail: 'the thread had ended' })
      lastId += 1
      const watch = startWatch(options.deadlines.callMs, () => {
        settle?.(lastId, { kind: 'hung' })
        void stop()
      })
      settle = (id, outcome) => {
        if (id !== lastId) return
        settle = null
        watch.stop()
        resolve(outcome)
      }
      worker.postMessage({ id: lastId, request })
    })
  return { ...loaded, isAlive: () => isAlive, call, stop }
}

/** Removes our own listeners, by name: without names the thread's inner ones go as well. */
function detach(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}

function forwardLines(stream: Readable, name: string, log: LogLine): void {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  lines.on('line', (line) => log({ stream: name, line: shown(line, longestLine) }, 'runbook wrote a line'))
}
