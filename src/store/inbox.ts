/** The inbox: raw notifications, committed before they are acknowledged. */
import { hash } from 'node:crypto'
import { commitGroup } from './commit-group.ts'
import type { Connection } from './connection.ts'
import { StorageError } from './storage-error.ts'

/** Where notifications arrive. */
export type Inbox = {
  /**
   * Keeps a notification's body as it came and resolves with its id once it is committed and synced to disk; ids grow
   * in the order of the calls. Rejects with `StorageError` `full` when there is no room and `unwritable` when the disk
   * fails or the storage is closed; nothing of a rejected body is kept. `receivedAt` is epoch milliseconds.
   */
  readonly accept: (body: Buffer, receivedAt: number) => Promise<number>
  /** How many notifications were committed since the storage was opened. */
  readonly accepted: () => number
  /** Commits what is waiting; resolves when every earlier `accept` is settled. */
  readonly drain: () => Promise<void>
}

/** An inbox with the end of its life, for its owner. */
export type OwnedInbox = Inbox & {
  /** Commits what is waiting, and rejects everything from then on. */
  readonly close: () => void
}

type Waiting = {
  readonly body: Buffer
  readonly sha256: string
  readonly receivedAt: number
  readonly resolve: (id: number) => void
  readonly reject: (error: unknown) => void
}

/** Bounds of one group, so that a burst of large bodies does not block the event loop in one piece. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024
const MAX_GROUP_SIZE = 512
const LONGEST_GATHERING_MS = 2

/** The commit of such a body fills the log; emptying the log first, in a turn of its own, keeps the two from adding up. */
const LARGE_BODY_BYTES = 1024 * 1024

/** The sender is told to come back later, whichever fault of the storage it is; what is no such fault is a mistake of ours. */
function refusal(error: unknown): unknown {
  if (!(error instanceof StorageError) || error.code === 'full' || error.code === 'unwritable') return error
  const fault = { path: error.path, found: 'the notification was not stored', advice: error.message }
  return new StorageError('unwritable', fault, error)
}

function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0
  const past = waiting.findIndex((entry, index) => {
    bytes += entry.body.length
    return index >= MAX_GROUP_SIZE || (index > 0 && bytes > MAX_GROUP_BYTES)
  })
  return waiting.splice(0, past === -1 ? waiting.length : past)
}

/**
 * Creates the inbox of an open, migrated database. Bodies that arrive together share one transaction: it is
 * committed after the first turn of the event loop that brought no further body (a turn takes in one new connection, so
 * a crowd of them comes one by one), or after 2 ms. No timer delays a body that is alone.
 */
export function createInbox(connection: Connection): OwnedInbox {
  const insert = connection.insertion('INSERT INTO notifications (received_at, sha256, body) VALUES (?, ?, ?)')
  const waiting: Waiting[] = []
  let isClosed = false
  let isPlanned = false
  let isTidy = false
  let accepted = 0

  const store = ({ body, sha256, receivedAt }: Waiting): number => insert(receivedAt, sha256, body)

  const commitNext = (): void => {
    const group = takeGroup(waiting)
    const outcomes = commitGroup(
      connection,
      group.map((entry) => () => store(entry)),
    )
    for (const [index, entry] of group.entries()) {
      const outcome = outcomes[index]
      if (outcome?.kind !== 'committed') entry.reject(refusal(outcome?.error))
      else {
        accepted += 1
        entry.resolve(outcome.value)
      }
    }
  }

  const work = (): void => {
    const isLarge = (waiting[0]?.body.length ?? 0) >= LARGE_BODY_BYTES
    if (isLarge && !isTidy) connection.checkpoint()
    else commitNext()
    isTidy = isLarge && !isTidy
  }

  const plan = (): void => {
    if (isPlanned || waiting.length === 0) return
    isPlanned = true
    const since = performance.now()
    let seen = 0
    const look = (): void => {
      const isGrowing = waiting.length > seen && performance.now() - since < LONGEST_GATHERING_MS
      seen = waiting.length
      if (isGrowing) setImmediate(look)
      else {
        isPlanned = false
        work()
        plan()
      }
    }
    setImmediate(look)
  }

  const commitAll = (): void => {
    while (waiting.length > 0) commitNext()
  }

  return {
    accept: (body, receivedAt) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          const fault = { path: connection.path, found: 'it is closed', advice: 'send the notification again later' }
          reject(new StorageError('unwritable', fault))
          return
        }
        waiting.push({ body, sha256: hash('sha256', body, 'hex'), receivedAt, resolve, reject })
        plan()
      }),
    accepted: () => accepted,
    drain: async () => commitAll(),
    close: () => {
      isClosed = true
      commitAll()
    },
  }
}
