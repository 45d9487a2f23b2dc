/** Deadlines on another thread, measured in real time, that are not missed because of a stall of this one. */

/** A running deadline. */
export type Watch = { readonly stop: () => void }

/**
 * Calls `expire` once after `ms` unless stopped. Where this thread itself stalled meanwhile (it was busy, or the machine
 * slept), the other thread is given its time again; and answers that already wait to be read are read first.
 */
export function startWatch(ms: number, expire: () => void): Watch {
  let isStopped = false
  let timer: NodeJS.Timeout
  const arm = (): void => {
    const startedAt = performance.now()
    timer = setTimeout(() => {
      if (performance.now() - startedAt > 2 * ms + 100) arm()
      else setImmediate(() => setImmediate(() => isStopped || expire()))
    }, ms)
  }
  arm()
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
