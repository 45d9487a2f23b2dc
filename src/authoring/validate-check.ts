/** The closed schema of checks, and what a query may say of labels. */
import { Type } from 'typebox'
import { DurationError, parseDuration } from '../lib/duration.ts'
import type { QueryCheck } from './check.ts'

const closed = { additionalProperties: false } as const

const runningSchema = Type.Object({ kind: Type.Literal('running') }, closed)

const healthySchema = Type.Object({ kind: Type.Literal('healthy') }, closed)

const alertInactiveSchema = Type.Object({ kind: Type.Literal('alertInactive') }, closed)

const probeSchema = Type.Object(
  {
    kind: Type.Literal('probe'),
    url: Type.Optional(Type.String({ format: 'address', maxLength: 2000 })),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: 'a port from 1 to 65535' })),
    path: Type.String({ pattern: '^/[^\\s#]*$', maxLength: 2000, description: "a path that begins with '/'" }),
    status: Type.Integer({ minimum: 100, maximum: 599, description: 'an HTTP status from 100 to 599' }),
    timeout: Type.String({ format: 'span', description: 'a duration' }),
  },
  closed,
)

const querySchema = Type.Object(
  {
    kind: Type.Literal('query'),
    expr: Type.String({ minLength: 1, maxLength: 4000, description: 'a PromQL expression' }),
    is: Type.Enum(['<', '<=', '>', '>=', '==', '!='], { description: 'one of < <= > >= == !=' }),
    than: Type.Number({ description: 'a finite number' }),
    window: Type.String({ format: 'duration', description: 'the longest range that the expression looks back over' }),
    any: Type.Boolean({ description: 'true or false' }),
  },
  closed,
)

/** JSON Schema of one check, for `compileShape`: closed, one branch per kind. */
export const checkSchema = Type.Unsafe({
  type: 'object',
  description: 'a check: running(), healthy(), probe({...}), query({...}) or alertInactive()',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [runningSchema, healthySchema, probeSchema, querySchema, alertInactiveSchema],
})

/** The longest range or subquery that an expression writes out, in milliseconds; 0: it has none. */
export function findLongestRangeMs(expr: QueryCheck['expr']): number {
  const bare = expr.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/gs, '""').replaceAll(/#[^\n]*/g, '')
  const ranges = [...bare.matchAll(/\[\s*([0-9a-z]+)\s*[\]:]/g)].map(([, text = '']) => readRange(text))
  return Math.max(0, ...ranges)
}

/** What is no duration is for Prometheus to refuse. */
function readRange(text: string): number {
  try {
    return parseDuration(text)
  } catch (error) {
    if (error instanceof DurationError) return 0
    throw error
  }
}

/** A `$name` of a query's expression, and whether it stands inside double quotes. */
export type LabelReference = { readonly name: string; readonly isQuoted: boolean }

/** Every `$name` of a query's expression in order. Outside of double quotes nothing is ever substituted. */
export function findLabelReferences(expr: QueryCheck['expr']): readonly LabelReference[] {
  const tokens = expr.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\$[A-Za-z_]\w*/gs)
  return [...tokens].flatMap(([token]) => {
    const names = [...token.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '')
    return names.map((name) => ({ name, isQuoted: token.startsWith('"') }))
  })
}
