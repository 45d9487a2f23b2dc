/** The reference of all keys, written from the schema. */
import { maintenanceGuide } from './maintenance-guide.ts'
import { writeReloadingGuide } from './reloading-guide.ts'
import { writeRoutesGuide } from './routes-guide.ts'
import { configSchema, definitions } from './schema.ts'

type Schema = {
  /** A schema that was written by hand. */
  readonly '~unsafe'?: unknown
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
}

const intro = `# Configuration

<!-- Generated from the schema in src/config/schema.ts: change it there. -->

\`selfheal.yml\` is read at the start and at each [reload](#reloading); without a file the defaults hold. Keys that are
not listed here are faults. \`selfheal check config FILE\` lists all faults at once, each with its place, what was found
and what is expected.

- **duration**: as Prometheus writes them, units \`y w d h m s ms\`, largest first: \`90s\`, \`1h30m\`
- **budget**: attempts, a slash, a duration: \`3/1h\` is at most three attempts within an hour
- **matchers**: as Alertmanager writes them: \`severity=~"warning|critical"\`, several separated by commas
- **template**: text with the values of labels in it, \`{{ .labels.name }}\`, or \`{{ index .labels "its.name" }}\` where
  the name is no identifier; nothing else of Go's templates
- **size**: a whole number with \`B\`, \`KiB\`, \`MiB\` or \`GiB\`
- **secrets**: \`\${NAME}\` anywhere in a text stands for the environment variable (\`$\${NAME}\` for the text itself); keys
  that end with \`_file\` name a file that holds the secret, the newline at its end left out
- relative paths start at the folder of the configuration file
`

const formatWords: Readonly<Record<string, string>> = {
  duration: 'duration',
  'positive-duration': 'duration above 0',
  'http-address': 'address, http or https',
  'http-address-with-query': 'address, http or https',
  'docker-host': '`unix:///path` or `tcp://host:port`',
  target: 'template',
  'time-of-day': '`HH:MM`',
  zone: 'IANA zone',
  instant: 'RFC 3339 time',
  scope: 'target, or `engine/project/*`',
}

/** The whole reference in Markdown. */
export function writeReference(): string {
  const rows = listKeys(configSchema, '', new Set())
  return `${intro}\n| key | type | default | |\n|---|---|---|---|\n${rows.join('\n')}\n\n${writeRoutesGuide()}\n${maintenanceGuide}\n${writeReloadingGuide()}`
}

/** A schema that refers to another one stands for it. */
function follow(schema: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '')
  const known: Readonly<Record<string, Schema>> = definitions
  return name === undefined ? schema : (known[name] ?? schema)
}

/** `around`: the schemas that this one lies in; one of those within itself is not listed again. */
function listKeys(schema: Schema, prefix: string, around: ReadonlySet<Schema>): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`
    const isRequired = schema.required?.includes(name) === true && property.default === undefined
    const row = `| \`${path}\` | ${describeType(property)} | ${describeDefault(property, isRequired)} | ${describe(property)} |`
    if (property.items === undefined) return [row, ...listKeys(property, `${path}.`, around)]
    const items = follow(property.items)
    return around.has(items) ? [row] : [row, ...listKeys(items, `${path}[].`, new Set([...around, items]))]
  })
}

function describeType(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(', ')
  if (schema.items !== undefined) return `list of ${describeType(follow(schema.items))}`
  if (schema.type === 'object') return 'mapping'
  if (schema.format !== undefined) return formatWords[schema.format] ?? schema.format
  if (schema.type === 'boolean') return '`true`, `false`'
  return schema.type === 'integer' ? 'whole number' : 'text'
}

function describeDefault(schema: Schema, isRequired: boolean): string {
  if (isRequired) return '**required**'
  if (schema.default === undefined || schema.properties !== undefined) return ''
  if (Array.isArray(schema.default)) return `\`[${schema.default.join(', ')}]\``
  return `\`${String(schema.default)}\``
}

function describe({ description, items }: Schema): string {
  const isListOfTexts = items?.type === 'string' && items.format !== undefined && items.format !== 'budget'
  const text = isListOfTexts ? `${description} Each entry: ${items.description}` : (description ?? '')
  return text.replaceAll('|', '\\|')
}
