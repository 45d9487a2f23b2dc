// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how the environment is written
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KnownRunbook } from '../../../src/config/known-runbooks.ts'
import { findUnknownRunbooks } from '../../../src/config/known-runbooks.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { shippedRoutes } from '../../../src/config/shipped-routes.ts'
import { writeFiles } from './temporary-files.ts'

const patience = { type: 'integer', minimum: 1, default: 3 }
const runbooks: readonly KnownRunbook[] = [
  {
    name: 'patient',
    parameters: { type: 'object', properties: { patience, quiet: { type: 'boolean', default: false } } },
  },
  { name: 'plain', parameters: null },
]

const load = (text: string, env: Readonly<Record<string, string>> = {}) => {
  const file = join(writeFiles({ 'selfheal.yml': text }), 'selfheal.yml')
  return loadConfig({ file, env, findRunbooks: async () => runbooks })
}

/** Faults as `line:column path: found | expected`. */
const faultsOf = async (text: string, env?: Readonly<Record<string, string>>) => {
  const loaded = await load(text, env)
  if (loaded.ok) return []
  return loaded.faults.map(
    ({ line, column, path, found, expected }) => `${line}:${column} ${path}: ${found} | ${expected}`,
  )
}

const settingsOf = async (text: string) => {
  const loaded = await load(text)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded
}

describe('nested routes', () => {
  it('keep their tree, and what each of them sets itself', async () => {
    const { settings, warnings } = await settingsOf(`
routes:
  - match: ['team="shop"']
    mode: advise
    parameters: { patience: 5 }
    routes:
      - match: ['severity="critical"']
        runbook: patient
        target: 'local/shop/{{ .labels.app }}'
        parameters: { quiet: true }
        routes: [{ match: ['a="b"'], cooldown: 1m }]
      - match: ['severity="warning"']
        runbook: patient
`)
    expect(warnings).toEqual([])
    const empty = { runbook: null, mode: null, budgets: null, cooldownMs: null }
    expect(settings.engine.routes).toEqual([
      {
        ...{ ...empty, match: ['team="shop"'], mode: 'advise', parameters: { patience: 5 } },
        routes: [
          {
            ...{ ...empty, match: ['severity="critical"'], runbook: 'patient', parameters: { quiet: true } },
            target: {
              text: 'local/shop/{{ .labels.app }}',
              parts: [{ text: 'local/shop/' }, { label: 'app' }],
            },
            routes: [{ ...empty, match: ['a="b"'], cooldownMs: 60_000 }],
          },
          { ...empty, match: ['severity="warning"'], runbook: 'patient' },
        ],
      },
    ])
    expect(Object.isFrozen(settings.engine.routes[0]?.routes?.[0]?.match)).toBe(true)
  })

  it('have their faults told at their places, on every level', async () => {
    const text = `routes:
  - match: ['team="shop"']
    continue: false
    matchers: []
    routes:
      - match: ['a=']
        mode: atuo
        target: '{{ .labels.x'
        receiver: x
        routes:
          - match: []
            rotes: []
            target: '{{ .Labels.x }}'
            parameters: { a: [1], b: 2, c: null }
          - runbook: no-such
            match: [a=b]
`
    expect(await faultsOf(text)).toEqual([
      "3:5 routes[0].continue: a key of Alertmanager's routes | no such key: one alert goes to one runbook, so the first route that holds decides",
      "4:5 routes[0].matchers: a key of Alertmanager's routes | the key match",
      expect.stringMatching(
        /^6:17 routes\[0\]\.routes\[0\]\.match\[0\]: the end at column 3 of the matcher \| a value/,
      ),
      '7:15 routes[0].routes[0].mode: "atuo" | one of observe, advise, auto',
      '8:17 routes[0].routes[0].target: an opening {{ at column 1 of the target | a closing }}',
      "9:9 routes[0].routes[0].receiver: a key of Alertmanager's routes | the key runbook",
      '11:20 routes[0].routes[0].routes[0].match: a list | at least one entry',
      '12:13 routes[0].routes[0].routes[0].rotes: an unknown key | a known key (did you mean routes?)',
      expect.stringMatching(
        /^13:21 routes\[0\]\.routes\[0\]\.routes\[0\]\.target: "\{\{ \.Labels\.x \}\}" at column 1/,
      ),
      '14:30 routes[0].routes[0].routes[0].parameters.a: a list | a text, a number or a boolean',
      expect.stringMatching(
        /^14:35 .*parameters\.b: a parameter that no loaded runbook takes \| one of patience, quiet$/,
      ),
      '14:44 routes[0].routes[0].routes[0].parameters.c: nothing | a text, a number or a boolean',
      '15:22 routes[0].routes[0].routes[1].runbook: "no-such" | one of patient, plain',
    ])
  })

  it('have no key that only Alertmanager has, elsewhere neither', async () => {
    expect(await faultsOf('continue: true')).toEqual([expect.stringMatching(/^1:1 continue: an unknown key \| one of/)])
  })

  it('that ship can be switched off', async () => {
    expect((await settingsOf('')).settings.engine.shippedRoutes).toBe(shippedRoutes)
    expect((await settingsOf('shipped_routes: false')).settings.engine.shippedRoutes).toEqual([])
    expect(await faultsOf('shipped_routes: "no"')).toEqual(['1:17 shipped_routes: "no" | true or false'])
  })
})

describe('parameters of routes', () => {
  it.each<[string, string, readonly string[]]>([
    ['that fit', 'runbook: patient, parameters: { patience: 7, quiet: true }', []],
    ['of a runbook that is decided elsewhere', 'parameters: { patience: 7 }', []],
    [
      'out of bounds',
      'runbook: patient, parameters: { patience: 0 }',
      ['1:68 routes[0].parameters.patience: 0 | 1 or more'],
    ],
    [
      'of another type',
      'runbook: patient, parameters: { patience: "7" }',
      ['1:68 routes[0].parameters.patience: "7" | a whole number'],
    ],
    [
      'that are misspelt',
      'runbook: patient, parameters: { patince: 7 }',
      [
        '1:58 routes[0].parameters.patince: a parameter that runbook patient does not take | one of patience, quiet (did you mean patience?)',
      ],
    ],
    [
      'for a runbook that takes none',
      'runbook: plain, parameters: { patience: 7 }',
      ['1:56 routes[0].parameters.patience: a parameter that runbook plain does not take | none'],
    ],
    [
      'that are inherited by a runbook that does not take them',
      'parameters: { patience: 7 }, routes: [{ match: [a=b], runbook: plain }, { match: [a=c], runbook: patient }]',
      ['1:40 routes[0].parameters.patience: a parameter that runbook plain (routes[0].routes[0]) does not take | none'],
    ],
    [
      'of a runbook that is inherited',
      'runbook: patient, routes: [{ match: [a=b], parameters: { patience: no } }]',
      ['1:93 routes[0].routes[0].parameters.patience: "no" | a whole number'],
    ],
    [
      'of a runbook that is not loaded are not judged',
      'runbook: none, parameters: { x: 1 }',
      ['1:35 routes[0].runbook: "none" | one of patient, plain'],
    ],
  ])('%s', async (_, keys, faults) => {
    const told = await faultsOf(`routes: [{ match: [x=y], ${keys} }]`)
    expect(told.map((line) => line.split(' | ')[0])).toEqual(faults.map((line) => line.split(' | ')[0]))
  })

  it('that are secret are not shown', async () => {
    const text = 'routes: [{ match: [x=y], runbook: patient, parameters: { patience: "${S}" } }]'
    const told = await faultsOf(text, { S: 's3cret' })
    expect(told).toEqual([expect.stringContaining('routes[0].parameters.patience: a value that is not shown | ')])
  })

  it('are told of loaded settings in the same words', async () => {
    const { settings } = await settingsOf(
      'routes: [{ match: [x=y], runbook: patient, routes: [{ match: [a=b], parameters: { quiet: true } }] }]',
    )
    expect(findUnknownRunbooks(settings, runbooks)).toEqual([])
    const others = runbooks.map((runbook) => ({ ...runbook, parameters: null }))
    expect(findUnknownRunbooks(settings, others)).toEqual([
      'routes[0].routes[0].parameters.quiet: found a parameter that runbook patient does not take, expected none',
    ])
  })
})

describe('a route that can never be reached', () => {
  const warningsOf = async (routes: string) => (await settingsOf(`routes: ${routes}`)).warnings

  it.each<[string, string, string]>([
    ['the same matchers before it', '[{match: [a=b]}, {match: [a=b]}]', 'routes[1] can never be reached: routes[0]'],
    ['them written otherwise', `[{match: ['{a="b",c=d}']}, {match: [c=d, 'a = b']}]`, 'routes[1] can never be'],
    ['fewer matchers before it', '[{match: [a=b]}, {match: [c=d]}, {match: [a=b, x=y]}]', 'routes[2] can never be'],
    ['one without matchers before it', `[{match: ['{}']}, {match: [a=b]}]`, 'routes[0] before it takes everything'],
    [
      "a sibling that holds wherever the parent's matchers do",
      '[{match: [a=b], routes: [{match: [a=b]}, {match: [c=d]}]}]',
      'routes[0].routes[1] can never be reached: routes[0].routes[0]',
    ],
  ])('has %s, and is warned about', async (_, routes, warning) => {
    const warnings = await warningsOf(routes)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(warning)
  })

  it.each([
    '[{match: [a=b]}, {match: [a=c]}]',
    '[{match: [a=b, c=d]}, {match: [a=b]}]',
    `[{match: ['a=~"b|c"']}, {match: [a=b]}]`,
    '[{match: [a=b], routes: [{match: [a=b, c=d]}, {match: [a=b]}]}]',
    `[{match: [a=b]}, {match: ['a!=b']}]`,
  ])('is not seen in %s', async (routes) => {
    expect(await warningsOf(routes)).toEqual([])
  })

  it('is told of alone: what lies in it is not looked into', async () => {
    expect(await warningsOf('[{match: [a=b]}, {match: [a=b], routes: [{match: [c=d]}, {match: [c=d]}]}]')).toHaveLength(
      1,
    )
  })
})
