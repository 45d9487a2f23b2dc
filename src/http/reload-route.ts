/** `POST /-/reload`: reads configuration and runbooks again. */
import type { Request, Response } from 'express'
import { HttpError } from './http-error.ts'
import type { HttpDeps } from './ports.ts'
import { readQuery } from './query-parameters.ts'

/**
 * Answers with the keys that changed, how many runbooks are loaded now and which are broken. Throws `not-reloaded` when
 * anything is at fault: what was good stays in use then, as a whole. A body is not read.
 */
export function reloadEverything({ reload, runbooks }: Pick<HttpDeps, 'reload' | 'runbooks'>) {
  return async (request: Request, response: Response): Promise<void> => {
    readQuery(request, [])
    const result = await reload()
    if (!result.isReloaded) throw new HttpError('not-reloaded', result.why.join('; '))
    const { loaded, broken } = runbooks()
    response.json({ changed: result.changed, loaded: loaded.length, broken })
  }
}
