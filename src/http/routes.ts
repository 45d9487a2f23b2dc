/** Every route of the server: one table for dispatch, access, metrics and documentation. */
import type { Request, Response } from 'express'
import type { Access } from './auth.ts'
import { acknowledgeIncident, approveProposal, closeIncident, rejectProposal } from './decision-routes.ts'
import { showHealthy, showMetrics, showReady } from './health-routes.ts'
import { listIncidents, showIncident } from './incident-routes.ts'
import { beginPause, endPause, endPauses, listPauses } from './pause-routes.ts'
import { showPlan } from './plan-route.ts'
import type { HttpDeps } from './ports.ts'
import { listAlerts, listDeadLetters, listRunbooks, showStatus } from './read-routes.ts'
import type { ReceiverDeps } from './receive-notification.ts'
import { reloadEverything } from './reload-route.ts'
import { postNotification } from './webhook-route.ts'

/** What the server itself adds to what it was given. */
export type ServerDeps = HttpDeps & ReceiverDeps

/** Answers one request, or throws. */
export type Handler = (request: Request, response: Response) => void | Promise<void>

/** One route. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** In Express' syntax. */
  readonly path: string
  readonly access: Access
  /** Makes the handler. */
  readonly handle: (deps: ServerDeps) => Handler
}

/** Path of the webhook. */
export const webhookPath = '/api/v1/alerts'

/** The routes that exist; whatever else is asked for is `not-found` or `method-not-allowed`. */
export const routes: readonly Route[] = [
  { method: 'POST', path: webhookPath, access: 'send', handle: postNotification },
  { method: 'GET', path: webhookPath, access: 'read', handle: listAlerts },
  { method: 'GET', path: '/api/v1/incidents', access: 'read', handle: ({ ledger }) => listIncidents(ledger) },
  { method: 'GET', path: '/api/v1/incidents/:id', access: 'read', handle: ({ ledger }) => showIncident(ledger) },
  { method: 'POST', path: '/api/v1/incidents/:id/approve', access: 'operate', handle: approveProposal },
  { method: 'POST', path: '/api/v1/incidents/:id/reject', access: 'operate', handle: rejectProposal },
  { method: 'POST', path: '/api/v1/incidents/:id/ack', access: 'operate', handle: acknowledgeIncident },
  { method: 'POST', path: '/api/v1/incidents/:id/close', access: 'operate', handle: closeIncident },
  { method: 'GET', path: '/api/v1/runbooks', access: 'read', handle: listRunbooks },
  { method: 'GET', path: '/api/v1/deadletters', access: 'read', handle: listDeadLetters },
  { method: 'GET', path: '/api/v1/status', access: 'read', handle: showStatus },
  { method: 'POST', path: '/api/v1/plan', access: 'read', handle: showPlan },
  { method: 'GET', path: '/api/v1/pauses', access: 'read', handle: listPauses },
  { method: 'POST', path: '/api/v1/pauses', access: 'operate', handle: beginPause },
  { method: 'DELETE', path: '/api/v1/pauses', access: 'operate', handle: endPauses },
  { method: 'DELETE', path: '/api/v1/pauses/:id', access: 'operate', handle: endPause },
  { method: 'POST', path: '/-/reload', access: 'admin', handle: reloadEverything },
  { method: 'GET', path: '/-/healthy', access: 'open', handle: showHealthy },
  { method: 'GET', path: '/-/ready', access: 'open', handle: showReady },
  { method: 'GET', path: '/metrics', access: 'open', handle: showMetrics },
]

/** Name of what no route matches, in logs and metrics. */
export const unrouted = 'other'

/** Names of the routes in logs and metrics: method and path; every other request is `other`. */
export const routeNames: readonly string[] = [...routes.map(({ method, path }) => `${method} ${path}`), unrouted]
