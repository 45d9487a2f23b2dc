/**
 * `POST /api/v1/alerts`: where Alertmanager posts.
 *
 * The sender repeats whatever is not answered with 2xx, so the answer says only whether the notification is kept, never
 * what came of it. A 202 is sent after the commit and not before.
 */
import type { IncomingMessage } from 'node:http'
import type { BodyBudget } from './body-budget.ts'
import { HttpError } from './http-error.ts'
import type { HttpDeps, Receipt } from './ports.ts'
import { readBody, requireJson } from './read-body.ts'
import type { StorageWatch } from './storage-watch.ts'

/** What receiving needs. */
export type ReceiverDeps = Pick<HttpDeps, 'inbox' | 'maxBodyBytes' | 'clock' | 'log' | 'isDraining'> & {
  readonly budget: BodyBudget
  readonly storage: StorageWatch
}

/** What the log line of the request tells about it. */
export type Trace = {
  notification?: number
  /** It was refused for a reason that the log has told already. */
  isRepetition?: boolean
}

/** What the storage says when the same may succeed later. */
const passingFaults = ['full', 'unwritable', 'locked']

const isStorageFault = (error: unknown): boolean =>
  error instanceof Error && passingFaults.includes(String(Reflect.get(error, 'code')))

const refusePassing = ({ storage }: ReceiverDeps, error: unknown, trace: Trace): never => {
  if (!isStorageFault(error)) throw error
  trace.isRepetition = storage.refused(error)
  throw new HttpError('unavailable', 'the notification cannot be committed now')
}

/** The sender does not repeat what is answered with 400: that is said only of what is kept. */
const keepDeadLetter = (deps: ReceiverDeps, letter: { body: Buffer; detail: string }, trace: Trace): void => {
  try {
    deps.inbox.deadLetter({ ...letter, reason: 'invalid-notification' })
    deps.storage.stored()
  } catch (error) {
    if (isStorageFault(error)) refusePassing(deps, error, trace)
    deps.log.error({ err: error }, 'dead letter cannot be kept')
  }
}

const announce = ({ inbox, log }: ReceiverDeps, receipt: Receipt): void => {
  try {
    inbox.accepted(receipt)
  } catch (error) {
    log.error({ err: error, notification: receipt.id }, 'accepted notification could not be announced')
  }
}

const keep = async (deps: ReceiverDeps, body: Buffer, trace: Trace): Promise<number> => {
  const { inbox, clock, storage } = deps
  const receivedAt = clock.now()
  const reading = await inbox.readNotification(body, receivedAt)
  if (!reading.ok) {
    keepDeadLetter(deps, { body, detail: reading.reason }, trace)
    throw new HttpError('invalid-notification', reading.reason)
  }
  try {
    const id = await inbox.acceptNotification(body, receivedAt)
    storage.stored()
    trace.notification = id
    announce(deps, { id, notification: reading.notification })
    return id
  } catch (error) {
    return refusePassing(deps, error, trace)
  }
}

/**
 * Receives one notification and resolves with its id once it is committed; rejects with `HttpError` for everything that
 * is no 202, or `ClientGone`.
 */
export async function receiveNotification(deps: ReceiverDeps, request: IncomingMessage, trace: Trace): Promise<number> {
  if (deps.isDraining()) throw new HttpError('unavailable', 'stopping')
  requireJson(request)
  const body = await readBody(request, { maxBytes: deps.maxBodyBytes, budget: deps.budget })
  try {
    return await keep(deps, body, trace)
  } finally {
    deps.budget.giveBack(body.length)
  }
}
