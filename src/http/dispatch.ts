/** From a path to its handler: host, then origin, then token, then method, then the handler. */
import type { NextFunction, Request, Response } from 'express'
import { authorize } from './auth.ts'
import { guardHost, guardOrigin } from './browser-guard.ts'
import { countNotification } from './count-notifications.ts'
import { HttpError } from './http-error.ts'
import { keepIdentity } from './identity.ts'
import type { HttpDeps } from './ports.ts'
import { refuseRedirected } from './redirected-notification.ts'
import { type Handler, type Route, routes, type ServerDeps, unrouted, webhookPath } from './routes.ts'

/** The paths of the table, each once. */
export const paths: readonly string[] = [...new Set(routes.map(({ path }) => path))]

const isSafe = (method: string): boolean => ['GET', 'HEAD'].includes(method)

const findRoute = (path: string, method: string): Route | undefined =>
  routes.find((route) => route.path === path && route.method === (method === 'HEAD' ? 'GET' : method))

const allowHeader = (path: string): string =>
  routes
    .filter((route) => route.path === path)
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ')

/** Middleware for every request, known path or not: what a page in a browser must not reach. */
export function guardBrowsers({ tokens, externalUrl }: Pick<HttpDeps, 'tokens' | 'externalUrl'>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.locals.route = unrouted
    if (tokens.length === 0) guardHost(request, externalUrl)
    if (!isSafe(request.method)) guardOrigin(request, externalUrl)
    next()
  }
}

/** Handles every method of one path. */
export function dispatch(path: string, deps: ServerDeps): Handler {
  const handlers = new Map(routes.filter((route) => route.path === path).map((route) => [route, route.handle(deps)]))
  const isOpen = routes.some((route) => route.path === path && route.access === 'open')
  const handle = async (route: Route | undefined, request: Request, response: Response): Promise<void> => {
    const token = authorize(request.headers.authorization, route?.access ?? (isOpen ? 'open' : null), deps.tokens)
    keepIdentity(response, token)
    refuseRedirected(request, path)
    const handler = route === undefined ? undefined : handlers.get(route)
    if (handler === undefined) {
      const allow = allowHeader(path)
      throw new HttpError('method-not-allowed', `expected one of the methods ${allow}`, { headers: { Allow: allow } })
    }
    await handler(request, response)
  }
  return (request, response) => {
    const route = findRoute(path, request.method)
    if (route !== undefined) response.locals.route = `${route.method} ${route.path}`
    const isWebhook = route?.path === webhookPath && route.method === 'POST'
    const run = () => handle(route, request, response)
    return isWebhook ? countNotification(deps, run) : run()
  }
}
