/** What became of a posted notification, as it is counted. */
import { toHttpError } from './error-handler.ts'
import { ClientGone } from './http-error.ts'
import type { HttpDeps, NotificationResult } from './ports.ts'

const resultOf = (error: unknown): NotificationResult => {
  if (error instanceof ClientGone) return 'rejected'
  const { status } = toHttpError(error)
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 413) return 'too_large'
  return status >= 500 ? 'unavailable' : 'rejected'
}

/** Runs the reception of one notification and counts its result: accepted when it returns, else by what it throws. */
export async function countNotification<T>(
  { metrics }: Pick<HttpDeps, 'metrics'>,
  receive: () => Promise<T>,
): Promise<T> {
  let received: T
  try {
    received = await receive()
  } catch (error) {
    metrics.countNotification(resultOf(error))
    throw error
  }
  metrics.countNotification('accepted')
  return received
}
