/** `POST /-/reload`: loads the runbooks again. */
import type { Request, Response } from 'express'
import { HttpError } from './http-error.ts'
import type { HttpDeps } from './ports.ts'
import { readQuery } from './query-parameters.ts'

/**
 * Answers with how many runbooks are loaded now and which are broken. Throws `not-reloaded` when a runbook that was fine
 * is not any more: the last good set stays in use then. A body is not read.
 */
export function reloadRunbooks({ reload, runbooks }: Pick<HttpDeps, 'reload' | 'runbooks'>) {
  return async (request: Request, response: Response): Promise<void> => {
    readQuery(request, [])
    const isReloaded = await reload()
    const { loaded, broken } = runbooks()
    if (!isReloaded) {
      const faults = broken.map(({ file, detail }) => `${file}: found ${detail}`).join('; ')
      throw new HttpError('not-reloaded', `the last good runbooks stay in use: ${faults}`)
    }
    response.json({ loaded: loaded.length, broken })
  }
}
