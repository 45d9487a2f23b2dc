/** `POST /api/v1/incidents/{id}/approve|reject|ack|close`: what a person decides. */
import { Ajv } from 'ajv'
import type { Request, Response } from 'express'
import { type Static, type TObject, Type } from 'typebox'
import type { Decisions } from '../remediation/people/decisions.ts'
import type { Decided } from '../remediation/people/person.ts'
import { HttpError } from './http-error.ts'
import { identityOf } from './identity.ts'
import { viewWholeIncident } from './incident-view.ts'
import { readQuery } from './query-parameters.ts'
import { readBody, requireJson } from './read-body.ts'
import type { Handler, ServerDeps } from './routes.ts'

const maxDecisionBytes = 64 * 1024

const comment = Type.Optional(Type.String({ maxLength: 10_000 }))
const proposal = Type.String({ minLength: 1, maxLength: 200 })
const closed = { additionalProperties: false }

/** Bodies of the four decisions. */
export const decisionSchemas = {
  approve: Type.Object({ proposal, comment, overBudget: Type.Optional(Type.Boolean()) }, closed),
  reject: Type.Object({ proposal, comment }, closed),
  ack: Type.Object({ proposal: Type.Optional(Type.Unknown()), comment, resume: Type.Optional(Type.Boolean()) }, closed),
  close: Type.Object({ comment }, closed),
} as const

type DecisionDeps = Pick<ServerDeps, 'decisions' | 'ledger' | 'maxBodyBytes' | 'budget'>

/** How a decision is read and taken. */
type Decision<Schema extends TObject> = {
  readonly schema: Schema
  readonly expected: string
  readonly take: (
    decisions: Decisions,
    id: number,
    said: { readonly by: string; readonly body: Static<Schema> },
  ) => Decided
}

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new HttpError('bad-request', 'the body is not JSON in UTF-8', { cause })
  }
}

const passingFaults = ['full', 'unwritable', 'locked']

/** Nothing has changed when the storage could not commit it. */
const attempt = (take: () => Decided): Decided => {
  try {
    return take()
  } catch (cause) {
    const isPassing = cause instanceof Error && passingFaults.includes(String(Reflect.get(cause, 'code')))
    throw isPassing ? new HttpError('unavailable', 'the decision cannot be committed now', { cause }) : cause
  }
}

const decide = <Schema extends TObject>({ schema, expected, take }: Decision<Schema>) => {
  const isBody = new Ajv({ strict: true }).compile<Static<Schema>>(schema)
  return ({ decisions, ledger, maxBodyBytes, budget }: DecisionDeps): Handler =>
    async (request: Request, response: Response): Promise<void> => {
      readQuery(request, [])
      requireJson(request)
      const bytes = await readBody(request, { maxBytes: Math.min(maxBodyBytes, maxDecisionBytes), budget })
      budget.giveBack(bytes.length)
      const body = parse(bytes)
      if (!isBody(body)) throw new HttpError('bad-request', `expected ${expected}`)
      const id = String(request.params.id)
      if (!/^[1-9][0-9]{0,14}$/.test(id)) throw new HttpError('not-found', 'there is no incident with this id')
      const said = { by: identityOf(response), body }
      const decided = attempt(() => take(decisions, Number(id), said))
      if (!decided.ok) throw new HttpError(decided.code, decided.detail)
      response.json(viewWholeIncident(decided.incident, ledger))
    }
}

/** Approves exactly the proposal that is named; the engine's guards run again. */
export const approveProposal = decide({
  schema: decisionSchemas.approve,
  expected: '{"proposal": text, "comment": text, "overBudget": true or false}; only the proposal is needed',
  take: (decisions, id, { by, body }) =>
    decisions.approve(id, {
      ...{ by, proposal: body.proposal, comment: body.comment ?? '' },
      isOverBudget: body.overBudget ?? false,
    }),
})

/** Rejects exactly the proposal that is named. */
export const rejectProposal = decide({
  schema: decisionSchemas.reject,
  expected: '{"proposal": text, "comment": text}; only the proposal is needed',
  take: (decisions, id, { by, body }) =>
    decisions.reject(id, { by, proposal: body.proposal, comment: body.comment ?? '' }),
})

/** Acknowledges an escalation; with `resume` automation goes on. */
export const acknowledgeIncident = decide({
  schema: decisionSchemas.ack,
  expected: '{"comment": text, "resume": true or false}; nothing of it is needed',
  take: (decisions, id, { by, body }) =>
    decisions.acknowledge(id, { by, comment: body.comment ?? '', isResumed: body.resume ?? false }),
})

/** Closes an incident. */
export const closeIncident = decide({
  schema: decisionSchemas.close,
  expected: '{"comment": text}; nothing of it is needed',
  take: (decisions, id, { by, body }) => decisions.close(id, { by, comment: body.comment ?? '' }),
})
