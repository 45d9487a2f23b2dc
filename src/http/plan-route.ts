/** `POST /api/v1/plan`: what would be decided for an alert; nothing is done. */
import { Ajv } from 'ajv'
import type { Request, Response } from 'express'
import { type Static, Type } from 'typebox'
import { copyTexts, type Texts, textsSchema } from '../lib/text-record.ts'
import { HttpError } from './http-error.ts'
import { readBody, requireJson } from './read-body.ts'
import type { ServerDeps } from './routes.ts'

const maxPlanBytes = 1024 * 1024

/** Body of a request for a plan. */
export const planSchema = Type.Object(
  {
    labels: Type.Unsafe<Texts>(textsSchema),
    annotations: Type.Optional(Type.Unsafe<Texts>(textsSchema)),
  },
  { additionalProperties: false },
)

const isPlanRequest = new Ajv({ strict: true }).compile<Static<typeof planSchema>>(planSchema)

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new HttpError('bad-request', 'the body is not JSON in UTF-8', { cause })
  }
}

/** Answers with the plan for `{"labels", "annotations"}`; broken off when the client goes away. */
export function showPlan({ plan, maxBodyBytes, budget }: Pick<ServerDeps, 'plan' | 'maxBodyBytes' | 'budget'>) {
  return async (request: Request, response: Response): Promise<void> => {
    requireJson(request)
    const bytes = await readBody(request, { maxBytes: Math.min(maxBodyBytes, maxPlanBytes), budget })
    budget.giveBack(bytes.length)
    const body = parse(bytes)
    if (!isPlanRequest(body)) {
      throw new HttpError('bad-request', 'expected {"labels": {name: text}, "annotations": {name: text}}')
    }
    const gone = new AbortController()
    response.once('close', () => gone.abort(new Error('the client went away')))
    response.json(
      await plan({ labels: copyTexts(body.labels), annotations: copyTexts(body.annotations ?? {}) }, gone.signal),
    )
  }
}
