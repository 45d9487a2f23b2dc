/** Validation of what an author simulates: tests run with their types stripped, so a mistyped name is found here or not at all. */
import { Type } from 'typebox'
import { functionMark, markFunctions } from '../authoring/validate-mark.ts'
import { compileShape, formatPath, isRecord, type ShapeFault, show } from '../authoring/validate-shape.ts'
import type { Simulation } from './simulation.ts'

const closed = { additionalProperties: false } as const
const texts = (description: string) =>
  Type.Unsafe({ type: 'object', additionalProperties: { type: 'string', description: 'a text' }, description })
const code = (description: string) => Type.Unsafe({ isFunction: true, description })
const span = Type.String({ format: 'duration', description: "a duration such as '2s'" })
const cures: readonly unknown[] = ['start', 'restart', 'recreate', 'nothing']
const cureExpectation = "'start', 'restart', 'recreate', 'nothing' or a function of the action"

const worldSchema = Type.Object(
  {
    target: Type.Optional(
      Type.String({ pattern: '^local/[^/]+/.+$', description: "a lineage: 'local/PROJECT/SERVICE'" }),
    ),
    replicas: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number from 1 to 1000' })),
    fault: Type.Optional(Type.Enum(['down', 'sick'], { description: "'down' or 'sick'" })),
    curedBy: Type.Unsafe({ description: cureExpectation }),
    readyAfter: Type.Optional(span),
    healthCheck: Type.Optional(Type.Boolean({ description: 'true or false' })),
    metric: Type.Optional(code('a function of the expression and the state that returns a number, numbers or null')),
    probe: Type.Optional(code('a function of the address and the state that returns a status or null')),
    alertLasts: Type.Optional(span),
  },
  { ...closed, description: 'how the service behaves, at least { curedBy }' },
)

const findShapeFaults = compileShape(
  Type.Object(
    {
      alert: Type.Object(
        { labels: texts('labels: texts by name'), annotations: Type.Optional(texts('annotations: texts by name')) },
        { ...closed, description: '{ labels }' },
      ),
      parameters: Type.Optional(Type.Unsafe({ type: 'object', description: 'values by name' })),
      world: worldSchema,
    },
    { ...closed, description: '{ alert, world }' },
  ),
)

/** Throws an Error that names every fault: what was found where, and what is expected. */
export function assertSimulation(simulation: Simulation): void {
  const plain: unknown = JSON.parse(JSON.stringify(simulation ?? null, markFunctions))
  const faults = [...findShapeFaults(plain), ...findCureFaults(plain)]
  if (faults.length === 0) return
  const told = faults.map(({ path, found, expected }) => `${formatPath(path)}: found ${found}, expected ${expected}`)
  throw new Error(`this cannot be simulated: ${told.join('; ')}`)
}

function findCureFaults(plain: unknown): readonly ShapeFault[] {
  const world = isRecord(plain) ? plain.world : undefined
  if (!isRecord(world) || world.curedBy === undefined) return []
  const { curedBy } = world
  if (cures.includes(curedBy) || (isRecord(curedBy) && curedBy[functionMark] === true)) return []
  return [{ path: ['world', 'curedBy'], found: show(curedBy), expected: cureExpectation }]
}
