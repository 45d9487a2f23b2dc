/** Group commit: several independent pieces of work share one transaction, and so one sync of the disk. */
import type { Connection } from './connection.ts'

/** What became of one piece of work. */
export type Outcome<T> =
  | { readonly kind: 'committed'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }

const failed = (error: unknown): Outcome<never> => ({ kind: 'failed', error })

/**
 * Runs every piece of work in a savepoint of its own, all of them in one transaction; the outcomes are those of the
 * works, in their order, and `committed` means durable. A piece that throws fails alone.
 *
 * When SQLite gives up the whole transaction because of one piece (it does so when the disk is full), the pieces before
 * it, which had room, are committed again without it, and then those after it are tried: one large piece that does not
 * fit does not take small ones with it. When the commit itself fails, all of them fail.
 */
export function commitGroup<T>(connection: Connection, works: readonly (() => T)[]): readonly Outcome<T>[] {
  if (works.length === 0) return []
  const outcomes: Outcome<T>[] = []
  let hasBegun = false
  try {
    connection.transaction(() => {
      hasBegun = true
      for (const work of works) outcomes.push(runInSavepoint(connection, work))
    })
    return outcomes
  } catch (error) {
    const failedAt = outcomes.length
    if (!hasBegun || failedAt === works.length)
      return works.map((_, index) => (outcomes[index]?.kind === 'failed' ? outcomes[index] : failed(error)))
    const before = commitGroup(connection, works.slice(0, failedAt))
    return [...before, failed(error), ...commitGroup(connection, works.slice(failedAt + 1))]
  }
}

function runInSavepoint<T>(connection: Connection, work: () => T): Outcome<T> {
  try {
    return { kind: 'committed', value: connection.transaction(work) }
  } catch (error) {
    if (!connection.isInTransaction()) throw error
    return failed(error)
  }
}
