/**
 * `POST /api/v1/alerts`: where Alertmanager posts.
 *
 * The sender repeats whatever is not answered with 2xx, so the answer says only whether the notification is kept, never
 * what came of it. A 202 is sent after the commit and not before.
 */
import type { Request, Response } from 'express'
import { HttpError } from './http-error.ts'
import type { HttpDeps, Receipt } from './ports.ts'
import { readBody, requireJson } from './read-body.ts'

type ReceiverDeps = Pick<HttpDeps, 'inbox' | 'maxBodyBytes' | 'clock' | 'log' | 'isDraining'>

/** What the storage says when the same may succeed later. */
const passingFaults = ['full', 'unwritable', 'locked']

const isStorageFault = (error: unknown): boolean =>
  error instanceof Error && passingFaults.includes(String(Reflect.get(error, 'code')))

const refusePassing = (cause: unknown): never => {
  if (!isStorageFault(cause)) throw cause
  throw new HttpError('unavailable', 'the notification cannot be committed now', { cause })
}

/** The sender does not repeat what is answered with 400: that is said only of what is kept. */
const keepDeadLetter = ({ inbox, log }: ReceiverDeps, body: Buffer, detail: string): void => {
  try {
    inbox.deadLetter({ body, reason: 'invalid-notification', detail })
  } catch (error) {
    if (isStorageFault(error)) refusePassing(error)
    log.error({ err: error }, 'dead letter cannot be kept')
  }
}

const commit = async ({ inbox }: ReceiverDeps, body: Buffer, receivedAt: number): Promise<number> => {
  try {
    return await inbox.acceptNotification(body, receivedAt)
  } catch (error) {
    return refusePassing(error)
  }
}

const announce = ({ inbox, log }: ReceiverDeps, receipt: Receipt): void => {
  try {
    inbox.accepted(receipt)
  } catch (error) {
    log.error({ err: error, notification: receipt.id }, 'accepted notification could not be announced')
  }
}

/** Receives one notification; throws `HttpError` for everything but a 202. */
export function receiveNotification(deps: ReceiverDeps) {
  return async (request: Request, response: Response): Promise<void> => {
    if (deps.isDraining()) throw new HttpError('unavailable', 'stopping')
    requireJson(request)
    const body = await readBody(request, deps.maxBodyBytes)
    const receivedAt = deps.clock.now()
    const reading = deps.inbox.readNotification(body, receivedAt)
    if (!reading.ok) {
      keepDeadLetter(deps, body, reading.reason)
      throw new HttpError('invalid-notification', reading.reason)
    }
    const id = await commit(deps, body, receivedAt)
    response.locals.notification = id
    announce(deps, { id, notification: reading.notification })
    response.status(202).json({ notification: id })
  }
}
