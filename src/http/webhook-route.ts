/** `POST /api/v1/alerts`, for requests that go through Express. */
import type { Request, Response } from 'express'
import { type ReceiverDeps, receiveNotification } from './receive-notification.ts'

/** Answers 202 with the notification's id; throws `HttpError` for everything else. */
export function postNotification(deps: ReceiverDeps) {
  return async (request: Request, response: Response): Promise<void> => {
    const notification = await receiveNotification(deps, request, response.locals)
    response.status(202).json({ notification })
  }
}
