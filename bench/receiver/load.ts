/** The client as the bench sees it: a process of its own, so that neither takes the other's time. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadReport } from './load-process.ts'

/** A running client. */
export type LoadClient = AsyncDisposable & {
  /** Puts load on a server and resolves with what came of it. Rejects when an answer is not the expected one. */
  readonly run: (order: LoadOrder) => Promise<LoadReport>
}

/** Starts the client's process. */
export function startLoadClient(): LoadClient {
  const child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)))
  const ended = once(child, 'exit')
  return {
    run: async (order) => {
      child.send(order)
      const failed = ended.then(() => Promise.reject(new Error('the client ended')))
      const [report] = await Promise.race([once(child, 'message'), failed])
      return report
    },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await ended
    },
  }
}
