/** `/-/healthy`, `/-/ready` and `/metrics`. */
import type { Request, Response } from 'express'
import { HttpError } from './http-error.ts'
import type { HttpDeps } from './ports.ts'

/** The process runs and answers. */
export function showHealthy() {
  return (_request: Request, response: Response): void => {
    response.json({ status: 'healthy' })
  }
}

/** Alerts can be accepted: migrated, writable, not draining. Systems around that are down do not matter here. */
export function showReady({ isReady, isDraining }: Pick<HttpDeps, 'isReady' | 'isDraining'>) {
  return (_request: Request, response: Response): void => {
    if (isDraining()) throw new HttpError('unavailable', 'stopping')
    const { ready, reason } = isReady()
    if (!ready) throw new HttpError('unavailable', reason)
    response.json({ status: 'ready' })
  }
}

/** The exposition of all metrics. */
export function showMetrics({ metrics }: Pick<HttpDeps, 'metrics'>) {
  return async (_request: Request, response: Response): Promise<void> => {
    const { contentType, body } = await metrics.render()
    response.set('Content-Type', contentType).send(body)
  }
}
