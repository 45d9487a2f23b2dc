/**
 * Entry of the worker thread: loads runbooks one by one, saying which comes next, then answers calls.
 * Author code runs here and nowhere else; the host takes nothing from here on trust.
 */
import module from 'node:module'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { releaseMemory } from '../lib/release-memory.ts'
import { answerCall, describeDraft } from './draft.ts'
import { installHooks, kitUrl } from './hooks.ts'
import type { CallMessage, WorkerInput, WorkerMessage } from './protocol.ts'
import { findUnparsed } from './syntax-place.ts'
import { describeThrown, summariseThrown } from './thrown.ts'

const port = parentPort
if (port === null) throw new Error('this module runs as a worker thread')
const say = (message: WorkerMessage): void => port.postMessage(message)
const drafts = new Map<string, unknown>()

port.on('message', ({ id, request }: CallMessage) => {
  say({ kind: 'answer', id, answer: answerCall(drafts.get(request.file), request) })
})
process.on('uncaughtException', (error) => say({ kind: 'stray', detail: summariseThrown(error) }))
process.on('unhandledRejection', (error) => say({ kind: 'stray', detail: summariseThrown(error) }))

const input: WorkerInput = workerData
const recorder = installHooks(input.snapshot)
await import(kitUrl)
takeAway(['exit', 'abort', 'kill'])
say({ kind: 'booted' })
for (const file of input.files) await load(file)
releaseMemory()
say({ kind: 'ready', snapshot: recorder.snapshot() })

async function load(file: string): Promise<void> {
  say({ kind: 'loading', file })
  try {
    const loaded: { readonly default?: unknown } = await import(pathToFileURL(file).href)
    drafts.set(file, loaded.default)
    say({ kind: 'loaded', file, json: describeDraft(loaded.default) })
  } catch (error) {
    const thrown = describeThrown(error)
    say({ kind: 'failed', file, error: { ...thrown, parsed: findUnparsed(thrown, recorder.lastModule()) } })
  }
}

/** Replaces what would end the thread, or reach beyond it, with a function that throws. */
function takeAway(names: readonly string[]): void {
  for (const name of names)
    Object.defineProperty(process, name, {
      value: () => {
        throw new Error(`process.${name} is not available to a runbook`)
      },
    })
  module.syncBuiltinESMExports()
}
