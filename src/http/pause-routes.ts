/** `GET`, `POST` and `DELETE /api/v1/pauses`: what operators stopped. */
import { Ajv } from 'ajv'
import type { Request, Response } from 'express'
import { type Static, Type } from 'typebox'
import { isInForce, isScope, type Pause, scopeExpectation } from '../guard/pause.ts'
import { DurationError, parseDuration } from '../lib/duration.ts'
import { HttpError } from './http-error.ts'
import { identityOf } from './identity.ts'
import { writeInstant } from './instant.ts'
import type { HttpDeps } from './ports.ts'
import { readFlag, readLimit, readQuery, readText } from './query-parameters.ts'
import { readJson } from './read-json.ts'
import type { ServerDeps } from './routes.ts'

type PauseDeps = Pick<HttpDeps, 'pauses' | 'clock'>

const longestMs = 366 * 24 * 60 * 60 * 1000

/** Body of a request for a pause. */
export const pauseSchema = Type.Object(
  {
    target: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
    for: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  { additionalProperties: false },
)

const isPauseRequest = new Ajv({ strict: true }).compile<Static<typeof pauseSchema>>(pauseSchema)

const bodyExpectation =
  'expected {"target": a target or null for everything, "reason": 1 to 500 characters, "for": a duration or null}'

const viewPause = (pause: Pause, now: number) => {
  const isOver = pause.endedAt === null && !isInForce(pause, now)
  return {
    id: pause.id,
    target: pause.target,
    reason: pause.reason,
    by: pause.by,
    at: writeInstant(pause.at),
    until: writeInstant(pause.until),
    endedAt: writeInstant(isOver ? pause.until : pause.endedAt),
    endedBy: pause.endedBy,
    inForce: isInForce(pause, now),
  }
}

const requireScope = (target: string): string => {
  if (isScope(target)) return target
  throw new HttpError(
    'bad-request',
    `target: found ${JSON.stringify(target.slice(0, 60))}, expected ${scopeExpectation}`,
  )
}

const readFor = (text: string): number => {
  try {
    const ms = parseDuration(text)
    if (ms > 0 && ms <= longestMs) return ms
  } catch (error) {
    if (error instanceof DurationError) throw new HttpError('bad-request', `for: ${error.message}`)
    throw error
  }
  throw new HttpError('bad-request', "for: expected a duration above zero, at most '366d'")
}

const passingFaults = ['full', 'unwritable', 'locked']

/** Nothing has changed when the storage could not commit it. */
const committed = <T>(work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    const isPassing = cause instanceof Error && passingFaults.includes(String(Reflect.get(cause, 'code')))
    throw isPassing ? new HttpError('unavailable', 'this cannot be committed now', { cause }) : cause
  }
}

/** The pauses in force, oldest first; `all=true`: the newest pauses first, also those that are over. */
export function listPauses({ pauses, clock }: PauseDeps) {
  return (request: Request, response: Response): void => {
    const query = readQuery(request, ['all', 'limit'])
    const limit = readLimit(query)
    const found = readFlag(query, 'all') === true ? pauses.list(limit) : pauses.inForce()
    response.json({ pauses: found.map((pause) => viewPause(pause, clock.now())) })
  }
}

/** Begins a pause; 201 with the pause once it is committed. */
export function beginPause({ pauses, clock, maxBodyBytes, budget }: PauseDeps & ServerDeps) {
  return async (request: Request, response: Response): Promise<void> => {
    readQuery(request, [])
    const body = await readJson(request, { maxBytes: maxBodyBytes, budget })
    if (!isPauseRequest(body)) throw new HttpError('bad-request', bodyExpectation)
    const target = body.target === undefined || body.target === null ? null : requireScope(body.target)
    const forMs = body.for === undefined || body.for === null ? null : readFor(body.for)
    const wanted = { target, reason: body.reason, by: identityOf(response), forMs }
    const pause = committed(() => pauses.begin(wanted))
    response.status(201).json(viewPause(pause, clock.now()))
  }
}

const answerEnded = (ended: readonly Pause[], response: Response, now: number): void => {
  response.json({ pauses: ended.map((pause) => viewPause(pause, now)) })
}

/** Ends all pauses on exactly the given target, without one those of everything; `not-found` when none is in force. */
export function endPauses({ pauses, clock }: PauseDeps) {
  return (request: Request, response: Response): void => {
    const text = readText(readQuery(request, ['target']), 'target')
    const target = text === undefined ? null : requireScope(text)
    const ended = committed(() => pauses.end({ target }, identityOf(response)))
    if (ended.length === 0) {
      const others = pauses.inForce().map((pause) => `${pause.id} of ${pause.target ?? 'everything'}`)
      const inForce = others.length === 0 ? 'none is in force' : `in force: ${others.slice(0, 20).join(', ')}`
      throw new HttpError('not-found', `there is no pause of ${target ?? 'everything'}; ${inForce}`)
    }
    answerEnded(ended, response, clock.now())
  }
}

/** Ends one pause; `not-found` when it is not in force. */
export function endPause({ pauses, clock }: PauseDeps) {
  return (request: Request, response: Response): void => {
    readQuery(request, [])
    const id = String(request.params.id)
    const isId = /^[1-9][0-9]{0,14}$/.test(id)
    const ended = isId ? committed(() => pauses.end({ id: Number(id) }, identityOf(response))) : []
    if (ended.length === 0) throw new HttpError('not-found', 'no pause with this id is in force')
    answerEnded(ended, response, clock.now())
  }
}
