/** Memory that starting took and running does not need. */
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Collects all garbage of this thread and gives what it held back to the system, which takes some tens of milliseconds.
 * Does nothing where V8 does not offer that.
 *
 * Reading and compiling a program's modules leaves most of a thread's memory behind as garbage, and an idle thread has no
 * occasion to collect it.
 */
export function releaseMemory(): void {
  v8.setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('globalThis.gc')
  v8.setFlagsFromString('--no-expose-gc')
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
