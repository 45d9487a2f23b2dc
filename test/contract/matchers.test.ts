import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Matcher, type MatcherDialect, MatcherError, matches, parseMatchersAs } from '../../src/alert/matcher.ts'
import { compilePattern, PatternError } from '../../src/lib/pattern.ts'
import { matcherText } from '../support/alertmanager/generate-matchers.ts'
import { patternText, patternValue } from '../support/alertmanager/generate-patterns.ts'
import { type Amtool, startAmtool } from '../support/real/amtool.ts'

// Thousands of generated matchers, read and held against labels by us and by Alertmanager's own tool.

const seed = Number(process.env.SELFHEAL_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const rerun = `rerun with SELFHEAL_TEST_SEED=${seed}`

const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] =>
  fc.sample(arbitrary, { seed, numRuns: count })

const hasEmptyName = (text: string): boolean => /(?:^|[{,\s])""\s*[=!]/.test(text)

const configOf = (texts: readonly string[]): object => ({
  route: {
    receiver: 'none',
    routes: texts.map((text, index) => ({ receiver: `r${index}`, matchers: [text], continue: true })),
  },
  receivers: [{ name: 'none' }, ...texts.map((_, index) => ({ name: `r${index}` }))],
})

const read = (dialect: MatcherDialect, text: string): readonly Matcher[] | MatcherError => {
  try {
    return parseMatchersAs(dialect, text)
  } catch (error) {
    if (error instanceof MatcherError) return error
    throw error
  }
}

/** For each name that the texts hold, a value that any of the dialects reads for it, so that readings can be told apart. */
const labelsFor = (
  texts: readonly string[],
  dialect: MatcherDialect,
): fc.Arbitrary<Readonly<Record<string, string>>> => {
  const values = new Map<string, Set<string>>()
  for (const text of texts) {
    for (const reading of (['utf8', 'classic'] as const).map((one) => read(one, text))) {
      for (const { name, value } of reading instanceof MatcherError ? [] : reading) {
        const known = values.get(name) ?? new Set(['', 'a', 'ab'])
        values.set(name, known)
        // What no argument of a program can hold, and what only one of amtool's parsers takes for a name.
        if (!value.includes('\0')) known.add(value)
      }
    }
  }
  const usable = [...values].filter(([name]) => dialect !== 'classic' || /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name))
  return fc.record(Object.fromEntries(usable.map(([name, some]) => [name, fc.constantFrom(...some)])))
}

/** What chance finds too rarely: how the classic parser counts backslashes, and where it looks for quotes. */
const oddTexts: readonly string[] = [
  String.raw`a="x\,",b="c"`,
  String.raw`a="x\\,",b="c"`,
  String.raw`a=x\,b="c"`,
  String.raw`a=\",b=\"`,
  String.raw`a="\\",b="c"`,
  'a=b"c",d="e"',
  'a="b,c",d="e"',
  'a="b",\u00a0',
  '{a="b"}\n',
  '\u0085a="b"',
]

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

const dialects = [
  { dialect: 'classic', version: 'oldest', feature: undefined },
  { dialect: 'classic', version: 'newest', feature: 'classic-mode' },
  { dialect: 'utf8', version: 'newest', feature: 'utf8-strict-mode' },
  { dialect: 'fallback', version: 'newest', feature: undefined },
] as const

describe.each(dialects)(
  'matchers in the $dialect dialect, beside the $version amtool',
  ({ dialect, version, feature }) => {
    const texts = [...new Set([...oddTexts, ...sample(matcherText, 2500)])].filter(
      // Alertmanager takes these for no condition at all; here an empty text is a mistake.
      (text) => text.trim() !== '' && !hasEmptyName(text),
    )
    const read_ = texts.map((text) => ({ text, ours: read(dialect, text) }))
    let amtool: Amtool

    beforeAll(async () => {
      amtool = await startAmtool(version, feature)
    })

    test('are accepted where it accepts them', async () => {
      const accepted = await amtool.accepts(texts.map((text) => configOf([text])))
      const differences = read_.flatMap(({ text, ours }, index) => {
        const theirs = accepted[index] === true
        return theirs === !(ours instanceof MatcherError) ? [] : [{ text, theirs, ours: String(ours) }]
      })
      expect(differences, rerun).toEqual([])
      expect(accepted.filter((isAccepted) => isAccepted).length).toBeGreaterThan(500)
    })

    test('match what they match there', async () => {
      const usable = read_.flatMap(({ text, ours }) => (ours instanceof MatcherError ? [] : [{ text, ours }]))
      const differences: object[] = []
      for (const chunk of chunksOf(usable, 500)) {
        const route = await amtool.route(configOf(chunk.map(({ text }) => text)))
        const labelSets = sample(
          labelsFor(
            chunk.map(({ text }) => text),
            dialect,
          ),
          25,
        )
        for (const labels of labelSets) {
          const theirs = new Set(await route(labels))
          for (const [index, { text, ours }] of chunk.entries()) {
            if (matches(ours, labels) !== theirs.has(`r${index}`)) {
              differences.push({ text, labels, theirs: theirs.has(`r${index}`), ours: ours.map(({ value }) => value) })
            }
          }
        }
      }
      expect(differences.slice(0, 10), rerun).toEqual([])
    })
  },
)

const knownRefusals = /^duplicate capture group name/

const inQuotes = (pattern: string, name = 'a'): string =>
  `${name}=~"${pattern.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`

const compile = (source: string): ReturnType<typeof compilePattern> | PatternError => {
  try {
    return compilePattern(source)
  } catch (error) {
    if (error instanceof PatternError) return error
    throw error
  }
}

describe.each(['oldest', 'newest'] as const)('regular expressions, beside the %s amtool', (version) => {
  const patterns = [...new Set(sample(patternText, 2000))].map((source) => ({ source, ours: compile(source) }))
  let amtool: Amtool

  beforeAll(async () => {
    amtool = await startAmtool(version)
  })

  test('are accepted where it accepts them', async () => {
    const accepted = await amtool.accepts(patterns.map(({ source }) => configOf([inQuotes(source)])))
    const differences = patterns.flatMap(({ source, ours }, index) => {
      const theirs = accepted[index] === true
      const isOurs = ours instanceof PatternError && knownRefusals.test(ours.found)
      return isOurs || theirs === !(ours instanceof PatternError) ? [] : [{ source, theirs, ours: String(ours) }]
    })
    expect(differences, rerun).toEqual([])
    expect(accepted.filter((isAccepted) => isAccepted).length).toBeGreaterThan(500)
  })

  test('match what they match there', async () => {
    const usable = patterns.flatMap(({ source, ours }) => (ours instanceof PatternError ? [] : [{ source, ours }]))
    const differences: object[] = []
    let hits = 0
    for (const chunk of chunksOf(usable, 800)) {
      // A label for each pattern: one question holds every one of them against a value of its own.
      const route = await amtool.route(configOf(chunk.map(({ source }, index) => inQuotes(source, `l${index}`))))
      const values = sample(patternValue, chunk.length * 12)
      for (let round = 0; round < 12; round += 1) {
        const labels = chunk.map((_, index) => values[round * chunk.length + index] ?? '')
        const theirs = new Set(await route(Object.fromEntries(labels.map((value, index) => [`l${index}`, value]))))
        for (const [index, { source, ours }] of chunk.entries()) {
          const [value, isTheirs] = [labels[index] ?? '', theirs.has(`r${index}`)]
          if (isTheirs) hits += 1
          if (ours.matches(value) !== isTheirs) differences.push({ source, value, theirs: isTheirs })
        }
      }
    }
    expect(differences.slice(0, 10), rerun).toEqual([])
    expect(hits).toBeGreaterThan(1000)
  })
})
