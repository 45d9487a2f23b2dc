import fc from 'fast-check'

// Routing trees as an alertmanager.yml writes them, nested, with every way of writing conditions.

/** A route as it is written. */
export interface WrittenRoute {
  readonly receiver?: string
  readonly matchers?: readonly string[]
  readonly match?: Readonly<Record<string, string>>
  readonly match_re?: Readonly<Record<string, string>>
  readonly continue?: boolean
  readonly routes?: readonly WrittenRoute[]
}

const name = fc.constantFrom('a', 'b', 'c')
const value = fc.constantFrom('x', 'y', 'z', '')
const pattern = fc.constantFrom('x|y', '.+', '.*', '[xz]', 'x', '', 'q|')
const matcher = fc.oneof(
  fc.tuple(name, fc.constantFrom('=', '!='), value).map(([label, op, text]) => `${label}${op}"${text}"`),
  fc.tuple(name, fc.constantFrom('=~', '!~'), pattern).map(([label, op, text]) => `${label}${op}"${text}"`),
)
const conditions = fc.record(
  {
    matchers: fc.array(matcher, { maxLength: 2 }),
    match: fc.dictionary(name, value, { maxKeys: 1 }),
    match_re: fc.dictionary(name, pattern, { maxKeys: 1 }),
    continue: fc.boolean(),
  },
  { requiredKeys: [] },
)

const treeOf = (levels: number): fc.Arbitrary<WrittenRoute> =>
  fc
    .tuple(conditions, fc.boolean(), levels === 0 ? fc.constant([]) : fc.array(treeOf(levels - 1), { maxLength: 3 }))
    .map(([own, isNamed, routes]) => ({
      ...own,
      ...(isNamed ? { receiver: '?' } : {}),
      ...(routes.length === 0 ? {} : { routes }),
    }))

/** Trees of up to four levels; every `receiver` that is written is `?`, to be named by who uses them. */
export const writtenTree: fc.Arbitrary<WrittenRoute> = treeOf(3)

/** Labels that such trees tell apart. */
export const writtenLabels: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(
  name,
  fc.constantFrom('x', 'y', 'z', 'q'),
  { maxKeys: 3 },
)
