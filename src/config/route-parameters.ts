/** Parameters that routes give to runbooks: known by name, and of the shape that the runbook asks for. */
import { compileShapeOnce, isRecord } from '../authoring/validate-shape.ts'
import { type ConfigPath, formatPath } from './config-fault.ts'
import { suggest } from './suggest.ts'
import { type SchemaFault, showValue } from './validate.ts'
import type { FoundRoute, WrittenValue } from './written-routes.ts'

/** What is known of a loaded runbook. */
export type KnownRunbook = {
  readonly name: string
  /** JSON Schema of its parameters; `null`: it takes none. */
  readonly parameters: Readonly<Record<string, unknown>> | null
}

type Judgement = { readonly runbooks: readonly KnownRunbook[]; readonly isHidden: (path: ConfigPath) => boolean }
type Schemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/**
 * One fault for each parameter that the route's runbook does not take, or not so; where no runbook is named, for each
 * that no loaded runbook takes. A runbook that is not loaded is not judged.
 */
export function checkParameters(route: FoundRoute, judgement: Judgement): readonly SchemaFault[] {
  const name = route.runbook?.value
  if (name === undefined) return Object.entries(route.parameters).flatMap(checkSomeTakes(judgement))
  const runbook = judgement.runbooks.find((known) => known.name === name)
  if (runbook === undefined) return []
  const schemas = schemasOf(runbook)
  return Object.entries(route.parameters).flatMap(([parameter, written]) => {
    if (!isScalar(written)) return []
    const schema = Object.hasOwn(schemas, parameter) ? schemas[parameter] : undefined
    if (schema !== undefined) return checkValue(written, schema, judgement)
    // What a child inherits from afar is told where it is written, with the route that it does not suit.
    const isOwn = written.path.length === route.path.length + 2
    const where = isOwn ? '' : ` (${formatPath(route.path)})`
    return [
      unknownParameter(parameter, written, { who: `runbook ${runbook.name}${where}`, names: Object.keys(schemas) }),
    ]
  })
}

/** What is none has a fault of its own. */
const isScalar = ({ value }: WrittenValue): boolean => ['string', 'number', 'boolean'].includes(typeof value)

const checkSomeTakes =
  ({ runbooks }: Judgement) =>
  ([parameter, written]: [string, WrittenValue]): readonly SchemaFault[] => {
    const names = [...new Set(runbooks.flatMap((runbook) => Object.keys(schemasOf(runbook))))].sort()
    return names.includes(parameter) || !isScalar(written)
      ? []
      : [unknownParameter(parameter, written, { who: 'no loaded runbook', names })]
  }

function checkValue(
  { path, value }: WrittenValue,
  schema: Readonly<Record<string, unknown>>,
  { isHidden }: Judgement,
): readonly SchemaFault[] {
  return compileShapeOnce(schema)(value)
    .slice(0, 1)
    .map(({ expected }) => ({ path, isKey: false, found: showValue(value, isHidden(path)), expected }))
}

type Takers = { readonly who: string; readonly names: readonly string[] }

function unknownParameter(parameter: string, { path }: WrittenValue, { who, names }: Takers): SchemaFault {
  const near = suggest(parameter, names)
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`
  const takes = names.length === 0 ? 'none' : `one of ${names.join(', ')}`
  const found = who.startsWith('no ') ? `a parameter that ${who} takes` : `a parameter that ${who} does not take`
  return { path, isKey: true, found, expected: `${takes}${hint}` }
}

function schemasOf({ parameters }: KnownRunbook): Schemas {
  const properties = isRecord(parameters) && isRecord(parameters.properties) ? parameters.properties : {}
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Schemas[string]] => isRecord(entry[1])),
  )
}
