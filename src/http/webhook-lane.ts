/**
 * The webhook's own way past Express.
 *
 * What Alertmanager posts on an ordinary day takes it: a plain POST to the webhook's path that every guard lets pass.
 * Guards, reception, answers, log lines and measurements are the functions that the way through Express uses, too; any
 * other request, and every one that a guard refuses, goes there and is answered there. See docs/decisions/0008.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { authorize } from './auth.ts'
import { guardHost, guardOrigin } from './browser-guard.ts'
import { countNotification } from './count-notifications.ts'
import { answerError } from './error-handler.ts'
import { answerJson } from './json-answer.ts'
import { linger } from './linger.ts'
import { observeRequest } from './observe-requests.ts'
import type { HttpDeps } from './ports.ts'
import { declaresTooMuch, requireJson } from './read-body.ts'
import { type ReceiverDeps, receiveNotification, type Trace } from './receive-notification.ts'
import { webhookPath } from './routes.ts'

/** What the lane is made with. */
export type LaneDeps = HttpDeps &
  ReceiverDeps & {
    readonly lingerMs: number
    /** Numbers requests in the log. */
    readonly nextId: () => number
  }

const route = `POST ${webhookPath}`

/** Request lines have a closed set of fields, none of which holds a secret: looking for some costs more than the line. */
const withoutRedaction = (log: Logger): Logger => log.child({}, { redact: [] })

/** Whether no guard has anything to say. */
const passesGuards = (request: IncomingMessage, { tokens, externalUrl, maxBodyBytes }: LaneDeps): boolean => {
  try {
    if (tokens.length === 0) guardHost(request, externalUrl)
    guardOrigin(request, externalUrl)
    authorize(request.headers.authorization, 'send', tokens)
    requireJson(request)
    return !declaresTooMuch(request, maxBodyBytes)
  } catch {
    return false
  }
}

/** Makes the lane: it answers whether it takes a request, which it sees through then. */
export function createWebhookLane(deps: LaneDeps): (request: IncomingMessage, response: ServerResponse) => boolean {
  const observing = { ...deps, plainLog: withoutRedaction(deps.log) }

  const receive = async (request: IncomingMessage, response: ServerResponse, trace: Trace): Promise<void> => {
    try {
      const notification = await countNotification(deps, () => receiveNotification(deps, request, trace))
      answerJson(response, 202, { notification })
    } catch (error) {
      if (!request.complete) linger(request, response, deps.lingerMs)
      answerError(response, error)
    }
  }

  return (request, response) => {
    if (request.method !== 'POST' || request.url !== webhookPath || deps.isDraining()) return false
    if (!passesGuards(request, deps)) return false
    const trace: Trace & { readonly route: string } = { route }
    // A log that was made from another one keeps the level that this had then.
    if (observing.plainLog.level !== deps.log.level) observing.plainLog.level = deps.log.level
    Reflect.set(response, 'locals', trace)
    observeRequest(observing, { request, response, nextId: deps.nextId })
    void receive(request, response, trace)
    return true
  }
}
