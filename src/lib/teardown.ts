/** Teardown: what was made is undone in the opposite order, each step named and within a deadline. */
import type { Log } from './log.ts'

/** A stack of named steps. */
export type Teardown = {
  /** Registers how something is undone, the moment it is made. */
  readonly push: (name: string, undo: () => void | Promise<void>) => void
  /** Runs all steps, last in first out; one that fails or hangs is logged, and the others still run. */
  readonly run: () => Promise<void>
}

/** Creates an empty stack. `deadline` answers how long each step may take, in milliseconds; it is asked as it begins. */
export function createTeardown(log: Log, deadline: () => number): Teardown {
  const steps: { name: string; undo: () => void | Promise<void> }[] = []

  const undoOne = async (name: string, undo: () => void | Promise<void>): Promise<void> => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const deadlineMs = deadline()
    const timer = setTimeout(() => reject(new Error(`not done within ${deadlineMs} ms`)), deadlineMs)
    try {
      await Promise.race([Promise.resolve(undo()), late])
    } catch (error) {
      log.error({ step: name, err: error }, 'teardown step failed')
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    push: (name, undo) => {
      steps.push({ name, undo })
    },
    run: async () => {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) await undoOne(step.name, step.undo)
    },
  }
}
