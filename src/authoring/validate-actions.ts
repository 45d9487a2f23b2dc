/** Validation of what a rung's `plan` returned: author code is not trusted to return actions, or to stay on its target. */
import { Type } from 'typebox'
import type { Action } from './action.ts'
import type { Target } from './observation.ts'
import { compileShape, formatPath } from './validate-shape.ts'

const closed = { additionalProperties: false } as const
const text = (description: string) => Type.String({ minLength: 1, maxLength: 500, description })

const containersSchema = Type.Array(
  Type.Object(
    {
      id: text('a container id'),
      name: text('a container name'),
      ifStartedAt: Type.Unsafe({ type: ['string', 'null'], maxLength: 64, description: 'a start time or null' }),
    },
    closed,
  ),
  { maxItems: 1000, description: 'at most 1000 containers' },
)

const startSchema = Type.Object(
  { kind: Type.Literal('start'), target: text('a lineage'), containers: containersSchema },
  closed,
)

const restartSchema = Type.Object(
  {
    kind: Type.Literal('restart'),
    target: text('a lineage'),
    strategy: Type.Enum(['all', 'rolling'], { description: "'all' or 'rolling'" }),
    containers: containersSchema,
  },
  closed,
)

const recreateSchema = Type.Object(
  { kind: Type.Literal('recreate'), target: text('a lineage'), containers: containersSchema },
  closed,
)

const findFaults = compileShape(
  Type.Array(
    Type.Unsafe({
      type: 'object',
      description: 'an action: start(target), restart(target) or recreate(target)',
      required: ['kind'],
      discriminator: { propertyName: 'kind' },
      oneOf: [startSchema, restartSchema, recreateSchema],
    }),
    { maxItems: 16, description: 'a list of at most 16 actions' },
  ),
)

/** The actions, or why they are none. */
export type ValidatedActions =
  | { readonly ok: true; readonly actions: readonly Action[] }
  | { readonly ok: false; readonly detail: string }

/**
 * Accepts a value only when it is a list of well-formed actions that all act on `target`, and on no container but the
 * replicas that were observed, each at most once per action.
 */
export function validateActions(value: unknown, target: Target): ValidatedActions {
  const fault = findFaults(value)[0]
  if (fault !== undefined) {
    const place = formatPath(fault.path) || 'the result'
    return refuse(`plan returned no actions: ${place}: found ${fault.found}, expected ${fault.expected}`)
  }
  const actions = asActions(value)
  for (const action of actions) {
    const detail = leavesTarget(action, target)
    if (detail !== null) return refuse(detail)
  }
  return { ok: true, actions }
}

function leavesTarget(action: Action, target: Target): string | null {
  if (action.target !== target.lineage)
    return `plan returned a ${action.kind} of another target: found ${JSON.stringify(action.target)}, expected ${JSON.stringify(target.lineage)}`
  const names = new Map(target.replicas.map((replica) => [replica.id, replica.name]))
  for (const { id, name } of action.containers) {
    if (names.get(id) !== name)
      return `plan returned a ${action.kind} of a container that is no replica of ${target.lineage}, or twice: ${JSON.stringify(name)}`
    names.delete(id)
  }
  return null
}

const refuse = (detail: string): ValidatedActions => ({ ok: false, detail })

/** Holds once `findFaults` found nothing: the schema is that of `Action`. */
function asActions(value: unknown): readonly Action[] {
  return value as readonly Action[]
}
