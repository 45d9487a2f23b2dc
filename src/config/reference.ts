/** The reference of all keys, written from the schema. */
import { configSchema } from './schema.ts'

type Schema = {
  readonly type?: string
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

\`selfheal.yml\` is read at the start; without a file the defaults hold. Keys that are not listed here are faults.
\`selfheal check config FILE\` lists all faults at once, each with its place, what was found and what is expected.

- **duration**: as Prometheus writes them, units \`y w d h m s ms\`, largest first: \`90s\`, \`1h30m\`
- **budget**: attempts, a slash, a duration: \`3/1h\` is at most three attempts within an hour
- **matchers**: as Alertmanager writes them: \`severity=~"warning|critical"\`, several separated by commas
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
}

/** The whole reference in Markdown. */
export function writeReference(): string {
  const rows = listKeys(configSchema, '')
  return `${intro}\n| key | type | default | |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

function listKeys(schema: Schema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`
    const isRequired = schema.required?.includes(name) === true && property.default === undefined
    const row = `| \`${path}\` | ${describeType(property)} | ${describeDefault(property, isRequired)} | ${describe(property)} |`
    const below = property.items === undefined ? listKeys(property, `${path}.`) : listKeys(property.items, `${path}[].`)
    return [row, ...below]
  })
}

function describeType(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(', ')
  if (schema.items !== undefined) return `list of ${describeType(schema.items)}`
  if (schema.properties !== undefined) return 'mapping'
  if (schema.format !== undefined) return formatWords[schema.format] ?? schema.format
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
