import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkRunbooks } from '../../../src/runbook/check.ts'
import type { RunbookFault } from '../../../src/runbook/fault.ts'
import { explainRunbookFault, formatRunbookFault } from '../../../src/runbook/fault.ts'
import { aFolder, aHost, aRunbook, restarted, seen } from './runbook-folder.ts'

type Case = {
  /** What the test is about; its name becomes the file's. */
  readonly file: string
  readonly text: string
  /** The piece of the text at whose first occurrence the fault lies; "" for a fault without a place. */
  readonly at: string
  /** Words of the fault. */
  readonly found: string
  readonly expected: string
}

const modules: readonly Case[] = [
  {
    file: 'enum.ts',
    text: aRunbook({ before: 'enum A { B }' }),
    at: 'enum A',
    found: 'an enum',
    expected: "'as const'",
  },
  {
    file: 'namespace.ts',
    text: aRunbook({ before: 'namespace A { export const b = 1 }' }),
    at: 'namespace A',
    found: 'a namespace',
    expected: 'a module of its own',
  },
  {
    file: 'parameter-property.ts',
    text: aRunbook({ before: 'class A { constructor(private parameter: number) {} }' }),
    at: 'parameter:',
    found: 'a parameter property',
    expected: 'constructor assigns',
  },
  {
    file: 'decorator.ts',
    text: aRunbook({ before: 'const mark = (a: unknown) => a\n@mark\nclass A {}' }),
    at: '@mark',
    found: 'a decorator',
    expected: 'a call of a function',
  },
  {
    file: 'type-import.ts',
    text: aRunbook({ before: "import { Observation } from 'selfheal'\nconst a: Observation | null = null" }),
    at: 'Observation }',
    found: "an import of Observation, which is no value that 'selfheal' exports",
    expected: 'import type { Observation }',
  },
  {
    file: 'no-extension.ts',
    text: aRunbook({ before: "import { part } from './parts/part'" }),
    at: "from './parts",
    found: "an import of './parts/part', which is no file",
    expected: "the whole file name: './parts/part.ts'",
  },
  {
    // The name is part of another import's as well.
    file: 'short-name.ts',
    text: aRunbook({ before: "import { part } from './parts/a'" }),
    at: "from './parts",
    found: "an import of './parts/a', which is no file",
    expected: "the whole file name: './parts/a.ts'",
  },
  {
    file: 'js-extension.ts',
    text: aRunbook({ before: "import { part } from './parts/part.js'" }),
    at: "from './parts",
    found: "an import of './parts/part.js', which is no file",
    expected: "the whole file name: './parts/part.ts'",
  },
  {
    file: 'missing-file.ts',
    text: aRunbook({ before: "import { part } from './parts/none.ts'" }),
    at: "from './parts",
    found: "an import of './parts/none.ts', which does not exist",
    expected: 'a file that exists',
  },
  {
    file: 'missing-package.ts',
    text: aRunbook({ before: "import { chunk } from 'no-such-package'" }),
    at: "from 'no-such",
    found: "an import of 'no-such-package'",
    expected: "imports of 'selfheal'",
  },
  {
    file: 'json.ts',
    text: aRunbook({ before: "import data from './parts/data.json'" }),
    at: "from './parts",
    found: 'an import of JSON without its type',
    expected: "with { type: 'json' }",
  },
  {
    file: 'syntax.ts',
    text: 'export default {\n  name: ,\n}\n',
    at: ',',
    found: 'a syntax error',
    expected: 'a module that Node can parse',
  },
  {
    file: 'syntax.mjs',
    text: 'export default {\n  name: ,\n}\n',
    at: ',',
    found: 'a syntax error',
    expected: 'Node',
  },
  {
    file: 'throws.ts',
    text: aRunbook({ before: "throw new Error('at load')" }),
    at: 'new Error',
    found: 'Error: at load',
    expected: 'defines a runbook and does nothing else',
  },
  {
    file: 'exits.ts',
    text: aRunbook({ before: 'process.exit(0)' }),
    at: 'exit(0)',
    found: 'process.exit is not available',
    expected: 'does nothing else',
  },
  {
    file: 'exits-by-name.ts',
    text: aRunbook({ before: "import { exit } from 'node:process'\nexit(0)" }),
    at: 'exit(0)',
    found: 'process.exit is not available',
    expected: 'does nothing else',
  },
  {
    file: 'no-default.ts',
    text: '\nexport const a = 1\n',
    at: '\n',
    found: 'no default export',
    expected: 'a subfolder for what is no runbook',
  },
  { file: 'no-object.ts', text: '\nexport default 5\n', at: 'export', found: '5', expected: 'defineRunbook' },
  { file: 'empty.ts', text: '\n', at: '\n', found: 'an empty default export, or none', expected: 'defineRunbook' },
  {
    file: 'not-exported.ts',
    text: aRunbook().replace('export default', 'export const runbook ='),
    at: 'defineRunbook({',
    found: 'no default export',
    expected: 'export default defineRunbook',
  },
  {
    file: 'promise.ts',
    text: aRunbook().replace('export default defineRunbook(', 'export default Promise.resolve('),
    at: 'export default',
    found: '"a promise" as default export',
    expected: 'defineRunbook',
  },
]

const shapes: readonly (Case & { readonly property: string })[] = [
  {
    file: 'bad-name.ts',
    text: aRunbook({ name: 'Not A Name' }),
    at: "name: 'Not",
    property: 'name',
    found: '"Not A Name"',
    expected: 'lower-case letters',
  },
  {
    file: 'bad-duration.ts',
    text: aRunbook({ name: 'a', within: "'soon'" }),
    at: "within: 'soon'",
    property: 'ladder[0].within',
    found: '"soon"',
    expected: "a duration such as '15s'",
  },
  {
    file: 'bad-cooldown.ts',
    text: aRunbook({ name: 'a', limits: "{ cooldown: '2 minutes' }" }),
    at: 'cooldown: ',
    property: 'limits.cooldown',
    found: '"2 minutes"',
    expected: 'a duration',
  },
  {
    file: 'bad-budget.ts',
    text: aRunbook({ name: 'a', limits: "{ budgets: ['3/1h', '0/1h'] }" }),
    at: "'0/1h'",
    property: 'limits.budgets[1]',
    found: '0 attempts in "0/1h"',
    expected: '1 to 1000 attempts',
  },
  {
    file: 'bad-matcher.ts',
    text: aRunbook({ name: 'a', match: `['a="b"', 'symptom']` }),
    at: "'symptom']",
    property: 'match[1]',
    found: 'of "symptom"',
    expected: 'an operator',
  },
  {
    file: 'bad-pattern.ts',
    text: aRunbook({ name: 'a', match: `['a=~"("']` }),
    at: "'a=~",
    property: 'match[0]',
    found: 'a=~',
    expected: '',
  },
  {
    file: 'empty-ladder.ts',
    text: aRunbook({ name: 'a', ladder: '[]' }),
    at: 'ladder: []',
    property: 'ladder',
    found: '[]',
    expected: '1 to 16 rungs',
  },
  {
    file: 'no-checks.ts',
    text: aRunbook({ name: 'a', verify: '[]' }),
    at: 'verify: []',
    property: 'ladder[0].verify',
    found: '[]',
    expected: '1 to 16 checks',
  },
  {
    file: 'unknown-check.ts',
    text: aRunbook({ name: 'a', verify: "[{ kind: 'vibes' }]" }),
    at: "kind: 'vibes'",
    property: 'ladder[0].verify[0].kind',
    found: '"vibes"',
    expected: 'a check: running()',
  },
  {
    file: 'no-plan.ts',
    text: aRunbook({ name: 'a', plan: "'restart'" }),
    at: "plan: 'restart'",
    property: 'ladder[0].plan',
    found: '"restart"',
    expected: 'a function of the observation',
  },
  {
    file: 'async-plan.ts',
    text: aRunbook({ name: 'a', plan: 'async () => []' }),
    at: 'plan: async',
    property: 'ladder[0].plan',
    found: 'an async function',
    expected: 'a function of the observation that returns actions',
  },
  {
    file: 'words-for-a-budget.ts',
    text: aRunbook({ name: 'a', limits: "{ budgets: ['3 per hour'] }" }),
    at: "'3 per hour'",
    property: 'limits.budgets[0]',
    found: '"3 per hour"',
    expected: "a budget such as '3/1h'",
  },
  {
    file: 'unknown-operator.ts',
    text: aRunbook({ name: 'a', match: `['symptom ~ down']` }),
    at: "'symptom ~",
    property: 'match[0]',
    found: '"~" at column 9',
    expected: 'an operator (=, !=, =~ or !~)',
  },
  {
    file: 'unknown-property.ts',
    text: aRunbook({ name: 'a', more: 'retries: 3,' }),
    at: 'retries: 3',
    property: 'retries',
    found: 'an unknown property',
    expected: 'one of name, urgency',
  },
  {
    file: 'unquoted-label.ts',
    text: aRunbook({
      name: 'a',
      verify: "[running(), query({ expr: 'up{a=$service}', is: '>', than: 0, window: '1m' })]",
    }),
    at: 'expr: ',
    property: 'ladder[0].verify[1].expr',
    found: '$service outside of double quotes',
    expected: '"$service"',
  },
  {
    file: 'unknown-label.ts',
    text: aRunbook({ name: 'a', verify: `[query({ expr: 'up{job="$job"}', is: '>', than: 0, window: '1m' })]` }),
    at: 'expr: ',
    property: 'ladder[0].verify[0].expr',
    found: '$job',
    expected: 'a label that the contract requires (service)',
  },
  {
    file: 'label-twice.ts',
    text: aRunbook({
      name: 'a',
      verify: `[query({ expr: 'a{job="$job"} / b{job="$job"}', is: '>', than: 0, window: '1m' })]`,
    }),
    at: 'expr: ',
    property: 'ladder[0].verify[0].expr',
    found: '$job',
    expected: 'a label that the contract requires (service)',
  },
  {
    file: 'short-window.ts',
    text: aRunbook({ name: 'a', verify: `[query({ expr: 'rate(a[5m])', is: '>', than: 0, window: '1m' })]` }),
    at: "window: '1m'",
    property: 'ladder[0].verify[0].window',
    found: '"1m"',
    expected: "at least '5m', the longest range of the expression",
  },
  {
    file: 'two-addresses.ts',
    text: aRunbook({ name: 'a', verify: "[{ ...probe({ port: 80 }), url: 'http://a' }]" }),
    at: '{ ...probe',
    property: 'ladder[0].verify[0]',
    found: 'both',
    expected: 'exactly one of url and port',
  },
  {
    file: 'no-time-to-prove.ts',
    text: aRunbook({ name: 'a', within: "'20s'" }),
    at: "within: '20s'",
    property: 'ladder[0].within',
    found: '"20s"',
    expected: "at least '30s'",
  },
  {
    file: 'number-label.ts',
    text: aRunbook({ name: 'a', labels: 'Type.Object({ port: Type.Number() })' }),
    at: 'port: Type',
    property: 'labels.port',
    found: '{"type":"number"}',
    expected: 'a schema of strings',
  },
  {
    file: 'no-pattern.ts',
    text: aRunbook({ name: 'a', labels: "Type.Object({ port: Type.String({ pattern: '(' }) })" }),
    at: 'port: Type',
    property: 'labels.port',
    found: 'Unterminated group',
    expected: 'a valid JSON Schema',
  },
  {
    file: 'no-default-value.ts',
    text: aRunbook({
      name: 'a',
      labels: 'Type.Object({}),\n  parameters: Type.Object({\n    size: Type.Integer(),\n  })',
    }),
    at: 'size: Type',
    property: 'parameters.size',
    found: 'no default',
    expected: 'a default',
  },
  {
    file: 'list-parameter.ts',
    text: aRunbook({
      name: 'a',
      labels: 'Type.Object({}),\n  parameters: Type.Object({ sizes: Type.Array(Type.Integer(), { default: [] }) })',
    }),
    at: 'sizes: Type',
    property: 'parameters.sizes',
    found: '{"type":"array"',
    expected: 'Type.Integer',
  },
  {
    file: 'closed-labels.ts',
    text: aRunbook({ name: 'a', labels: 'Type.Object({}, { additionalProperties: false })' }),
    at: 'labels: Type',
    property: 'labels.additionalProperties',
    found: 'false',
    expected: 'always allowed',
  },
]

/** Line and column, from 1, of the first occurrence of a piece of text. */
function placeOf(text: string, piece: string): readonly (number | undefined)[] {
  if (piece === '') return [undefined, undefined]
  const before = text.slice(0, text.indexOf(piece)).split('\n')
  return [before.length, (before.at(-1)?.length ?? 0) + 1]
}

function placeIn(fault: RunbookFault | undefined): readonly (number | undefined)[] {
  return [fault?.line, fault?.column]
}

describe('a runbook that does not load is reported with its place, what was found and what to do', () => {
  const cases: readonly Case[] = [...modules, ...shapes]
  const folder = aFolder(
    {
      ...Object.fromEntries(cases.map(({ file, text }) => [file, text])),
      'parts/part.ts': 'export const part = 1\n',
      'parts/a.ts': 'export const part = 1\n',
      'parts/data.json': '{}',
    },
    afterAll,
  )
  let faults: readonly RunbookFault[]
  beforeAll(async () => {
    faults = await checkRunbooks([folder])
  })

  test.each(modules)('$file', ({ file, text, at, found, expected }) => {
    const [fault, ...others] = faults.filter((candidate) => candidate.file === join(folder, file))
    expect(others).toEqual([])
    expect(fault).toMatchObject({ found: expect.stringContaining(found), expected: expect.stringContaining(expected) })
    expect(placeIn(fault)).toEqual(placeOf(text, at))
  })

  test.each(shapes)('$file', ({ file, text, at, property, found, expected }) => {
    const [fault, ...others] = faults.filter((candidate) => candidate.file === join(folder, file))
    expect(others).toEqual([])
    expect(fault).toMatchObject({
      property,
      found: expect.stringContaining(found),
      expected: expect.stringContaining(expected),
    })
    expect(placeIn(fault)).toEqual(placeOf(text, at))
  })

  test('all of them at once', () => {
    expect(new Set(faults.map((fault) => fault.file)).size).toBe(cases.length)
  })
})

describe('files and folders', () => {
  test('a file that Node takes for CommonJS is reported, .mts beside it works', async () => {
    const folder = aFolder({
      'package.json': '{ "type": "commonjs" }',
      'one.ts': aRunbook(),
      'two.mts': aRunbook({ name: 'two' }),
    })
    const host = await aHost(folder)
    expect(host.list().map((info) => info.name)).toEqual(['two'])
    expect(host.faults).toEqual([
      {
        file: join(folder, 'one.ts'),
        line: 1,
        column: 1,
        found: 'import or export in a file that Node takes for CommonJS',
        expected: 'the extension .mts or .mjs, or "type": "module" in the nearest package.json',
      },
    ])
  })

  test('TypeScript below node_modules is reported, JavaScript there works', async () => {
    const folder = aFolder({
      'node_modules/catalogue/one.ts': aRunbook(),
      'node_modules/catalogue/two.mjs': aRunbook({ name: 'two' }),
    })
    const host = await aHost(join(folder, 'node_modules/catalogue'))
    expect(host.list().map((info) => info.name)).toEqual(['two'])
    expect(host.faults.map((fault) => fault.found)).toEqual(['TypeScript below node_modules'])
  })

  test('a fault in an imported file names that file and the runbook', async () => {
    const folder = aFolder({
      'one.ts': aRunbook({ before: "import './parts/broken.ts'" }),
      'parts/broken.ts': '\nexport enum A { B }\n',
    })
    const [fault] = await checkRunbooks([folder])
    expect(fault).toMatchObject({ file: join(folder, 'parts/broken.ts'), line: 2 })
    expect(fault?.found).toBe(`an enum (imported by ${join(folder, 'one.ts')})`)
  })

  test('a name is taken by the first file, and the second is reported', async () => {
    const folder = aFolder({ 'a.ts': aRunbook(), 'b.ts': aRunbook() })
    const host = await aHost(folder)
    expect(host.list().map((info) => info.file)).toEqual([join(folder, 'a.ts')])
    const cause = `name: found "one", the name of ${join(folder, 'a.ts')}, expected a name that no other runbook has`
    expect(host.faults.map(formatRunbookFault)).toEqual([`${join(folder, 'b.ts')}:4:3: ${cause}`])
    expect(host.faults.map(explainRunbookFault)).toEqual([`line 4, column 3: ${cause}`])
  })

  test('a folder that does not exist is reported, an empty one is not', async () => {
    const folder = aFolder({})
    expect(await checkRunbooks([folder, join(folder, 'none')])).toEqual([
      { file: join(folder, 'none'), found: 'nothing', expected: 'a readable folder of runbooks' },
    ])
  })

  test('files that hang or end the thread while they load are reported, and the others load', async () => {
    const folder = aFolder({
      'a-loops.ts': aRunbook({ name: 'a', before: 'while (true) {}' }),
      'b-waits.ts': aRunbook({ name: 'b', before: 'await new Promise(() => {})' }),
      'c-ends.ts': aRunbook({ name: 'c', before: 'process.reallyExit(4)' }),
      '0-one.ts': aRunbook(),
    })
    const host = await aHost(folder, { loadDeadlineMs: 1500 })
    expect(host.faults.map(({ line }) => line)).toEqual([1, 1, 1])
    expect(host.faults.map(({ file, found }) => [file, found])).toEqual([
      [join(folder, 'a-loops.ts'), 'not loaded within 1500 ms'],
      [join(folder, 'b-waits.ts'), 'not loaded within 1500 ms'],
      [join(folder, 'c-ends.ts'), 'the thread ended with code 4'],
    ])
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  }, 30_000)
})
