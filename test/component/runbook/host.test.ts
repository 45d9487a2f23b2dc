import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { aReplica, aTarget } from '../../../src/authoring/testing.ts'
import { loadRunbooks, type RunbookHost } from '../../../src/runbook/host.ts'
import { aFolder, aHost, aRunbook, restarted, seen } from './runbook-folder.ts'

describe('a loaded runbook', () => {
  test('is listed as values, durations in milliseconds, whatever folder it lies in', async () => {
    const folder = aFolder({ 'one.ts': aRunbook({ limits: "{ budgets: ['3/1h'], cooldown: '2m' }" }) })
    const host = await aHost(folder)
    expect(host.faults).toEqual([])
    expect(host.list()).toEqual([
      {
        name: 'one',
        file: join(folder, 'one.ts'),
        urgency: 'down',
        summary: 'The summary of one',
        meaning: 'm',
        impact: 'i',
        mitigation: 'm',
        match: ['symptom="down"'],
        labels: {
          type: 'object',
          required: ['service'],
          properties: { service: { type: 'string', pattern: '^[a-z]+$' } },
        },
        parameters: null,
        budgets: ['3/1h'],
        cooldownMs: 120_000,
        ladder: [
          { name: 'restart', risk: 'low', verify: [{ kind: 'running' }], withinMs: 60_000, stableForMs: 30_000 },
        ],
        escalationSeverity: 'critical',
      },
    ])
  })

  test('checks its parameters, fills in their defaults, and sees them', async () => {
    const labels =
      "Type.Object({ service: Type.String() }),\n  parameters: Type.Object({ strategy: Type.Enum(['all', 'rolling'], { default: 'all' }) })"
    const plan = '({ target, parameters }) => [restart(target, { strategy: parameters.strategy })]'
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ labels, plan }) }))
    expect(host.faults).toEqual([])
    expect(host.list()[0]?.parameters).toMatchObject({ properties: { strategy: { default: 'all' } } })
    expect(host.readParameters('one', {})).toEqual({ ok: true, parameters: { strategy: 'all' } })
    expect(host.readParameters('one', { strategy: 'fast' })).toMatchObject({ ok: false })
    expect(host.readParameters('two', {})).toEqual({ ok: false, found: 'runbook two is not loaded' })
    expect(await host.plan('one', 0, { ...seen, parameters: { strategy: 'rolling' } })).toMatchObject({
      actions: [{ strategy: 'rolling' }],
    })
  })

  test('answers actions', async () => {
    const host = await aHost(aFolder({ 'one.ts': aRunbook() }))
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  })

  test('loads as .ts, .mts, .js and .mjs, and is no test, declaration, hidden file or other file', async () => {
    const kinds = ['ts', 'mts', 'js', 'mjs']
    const others = [
      'one.test.ts',
      'one.d.ts',
      '.one.ts',
      'one.cts',
      'one.json',
      'README.md',
      'node_modules/x/x.js',
      'sub/x.ts',
    ]
    const texts = kinds.map((kind) => [`one.${kind}`, aRunbook({ name: kind })])
    const folder = aFolder(Object.fromEntries([...texts, ...others.map((name) => [name, 'not a runbook'])]))
    const host = await aHost(folder)
    expect(host.faults).toEqual([])
    expect(host.list().map((info) => info.name)).toEqual(['js', 'mjs', 'mts', 'ts'])
  })

  test('may import files of subfolders, which are no runbooks themselves', async () => {
    const folder = aFolder({
      'one.ts': aRunbook({ before: "import { act } from './parts/act.ts'", plan: '({ target }) => act(target)' }),
      'parts/act.ts':
        "import { restart, type Target } from 'selfheal'\nexport const act = (target: Target) => [restart(target)]\n",
    })
    const host = await aHost(folder)
    expect(host.faults).toEqual([])
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  })

  test('is skipped when its `when` says false, and planned when it says true', async () => {
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ when: '({ target }) => target.replicas.length > 1' }) }))
    const two = { ...seen, target: aTarget({ replicas: [aReplica(), aReplica({ name: 'web-2' })] }) }
    expect(await host.plan('one', 0, seen)).toEqual({ kind: 'skipped' })
    expect(await host.plan('one', 0, two)).toMatchObject({ kind: 'actions' })
  })

  test('summarises on one line, bounded', async () => {
    const summary = "({ labels }) => 'a\\n\\u001b[31mb' + labels.service + 'x'.repeat(5000)"
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ summary }) }))
    const text = await host.summarise('one', seen)
    expect(text).toMatch(/^a \[31mbwebx+\.\.\.$/)
    expect(text.length).toBeLessThan(1100)
  })

  test('gives its own summary when escalate.summary throws, or returns no text', async () => {
    const summaries = [
      "() => { throw new Error('no') }",
      '() => 5',
      "() => ' '",
      '() => {}',
      "() => Promise.resolve('later')",
    ]
    const files = summaries.map((summary, index) => [`${index}.mjs`, aRunbook({ name: `case-${index}`, summary })])
    const host = await aHost(aFolder(Object.fromEntries(files)))
    const told = await Promise.all(summaries.map((_, index) => host.summarise(`case-${index}`, seen)))
    expect(told).toEqual(summaries.map((_, index) => `The summary of case-${index}`))
  })
})

describe('author code that breaks its contract', () => {
  const other = "{ ...restart(target), target: 'local/shop/db' }"
  const foreign = "{ ...restart(target), containers: [{ id: 'x', name: 'db-1', ifStartedAt: null }] }"
  const twice = '{ ...restart(target), containers: [...restart(target).containers, ...restart(target).containers] }'
  const plans: readonly (readonly [string, string, RegExp])[] = [
    [
      'throws',
      "() => { throw new TypeError('no such thing') }",
      /^threw TypeError: no such thing at file:.*case-0\.mjs:\d+:\d+$/,
    ],
    ['throws what is no error', "() => { throw 'text' }", /^threw string: text/],
    [
      'throws an error that cannot be read',
      '() => { throw new (class extends Error { get message() { throw 1 } }) }',
      /^threw /,
    ],
    ['returns nothing', '() => {}', /found null, expected a list of at most 16 actions/],
    ['returns a promise', '({ target }) => Promise.resolve([restart(target)])', /returned a promise/],
    ['returns no list', '({ target }) => restart(target)', /expected a list of at most 16 actions/],
    ['returns an unknown kind', "() => [{ kind: 'rm', target: 'local/shop/web' }]", /\[0\]\.kind: found "rm"/],
    [
      'adds a property',
      '({ target }) => [{ ...restart(target), force: true }]',
      /\[0\]\.force: found an unknown property/,
    ],
    [
      'returns functions',
      '({ target }) => [{ ...restart(target), strategy: () => {} }]',
      /\[0\]\.strategy: found nothing/,
    ],
    ['returns a cycle', '() => { const a = []; a.push(a); return a }', /^threw TypeError: Converting circular/],
    ['returns far too much', "() => ['x'.repeat(2_000_000)]", /^threw RangeError: more than/],
    ['acts on another target', `({ target }) => [${other}]`, /of another target: found "local\/shop\/db"/],
    ['acts on a container that was not observed', `({ target }) => [${foreign}]`, /no replica of local\/shop\/web/],
    ['acts on a container twice', `({ target }) => [${twice}]`, /no replica of local\/shop\/web, or twice/],
    [
      'changes the observation',
      '({ target }) => { target.replicas.length = 0; return [] }',
      /^threw TypeError: Cannot assign/,
    ],
    ['ends the process', '() => process.exit(0)', /^threw Error: process\.exit is not available/],
  ]
  const nameOf = (plan: string) => `case-${plans.findIndex(([, text]) => text === plan)}`
  const files = plans.map(([, plan]) => [`${nameOf(plan)}.mjs`, aRunbook({ name: nameOf(plan), plan })])
  const folder = aFolder({ ...Object.fromEntries(files), 'two.ts': aRunbook({ name: 'two' }) }, afterAll)
  let host: RunbookHost
  beforeAll(async () => {
    host = await loadRunbooks({ folders: [folder], deadlineMs: 10_000 })
    return () => host.stop()
  })

  test.each(plans)('is broken for that call when plan %s', async (_, plan, detail) => {
    const outcome = await host.plan(nameOf(plan), 0, seen)
    expect(outcome).toMatchObject({ kind: 'broken' })
    expect(outcome).toHaveProperty('detail', expect.stringMatching(detail))
    expect(await host.plan('two', 0, seen)).toEqual(restarted)
    expect(host.faults).toEqual([])
  })

  test('is broken when `when` returns neither true nor false', async () => {
    const host = await aHost(aFolder({ 'one.mjs': aRunbook({ when: '() => Promise.resolve(false)' }) }))
    const detail = 'when returned a promise, expected true or false'
    expect(await host.plan('one', 0, seen)).toEqual({ kind: 'broken', detail })
  })

  test('is not even asked when the labels break the contract', async () => {
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ plan: "() => { throw new Error('asked') }" }) }))
    const hostile = { ...seen, labels: { service: '$(reboot)\u0000' } }
    expect(await host.plan('one', 0, hostile)).toEqual({
      kind: 'broken',
      detail: expect.stringMatching(/^the labels break the runbook's contract: label service: found "\$\(reboot\)/),
    })
  })

  test('says what is wrong with labels before anything is planned', async () => {
    expect(host.labelFault('two', { service: 'web', other: 'anything' })).toBeNull()
    expect(host.labelFault('two', { alertname: 'a' })).toBe('label service: found nothing, expected a value')
    expect(host.labelFault('two', { service: 'W' })).toMatch(/^label service: found "W", expected /)
    expect(host.labelFault('two', { service: 'w'.repeat(5000) })).toBe('label service: found more than 4096 characters')
  })

  test('is broken for a runbook or a rung that does not exist', async () => {
    const host = await aHost(aFolder({ 'one.ts': aRunbook() }))
    expect(await host.plan('none', 0, seen)).toMatchObject({ kind: 'broken' })
    expect(await host.plan('one', 1, seen)).toMatchObject({ kind: 'broken' })
    expect(await host.summarise('none', seen)).toBe('none')
  })

  test('writes to the log, not to the output of the process', async () => {
    const lines: unknown[] = []
    const before = "console.log('from the top')\nprocess.stderr.write('an error\\n')"
    const plan = "({ target }) => { console.log('from the plan'); return [restart(target)] }"
    const heard = Promise.withResolvers<void>()
    const log = (fields: Readonly<Record<string, unknown>>) => {
      lines.push(fields.line)
      if (['from the top', 'an error', 'from the plan'].every((line) => lines.includes(line))) heard.resolve()
    }
    const output = vi.spyOn(process.stdout, 'write')
    onTestFinished(() => output.mockRestore())
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ before, plan }) }), { log })
    await host.plan('one', 0, seen)
    await heard.promise
    expect(lines).toContain('from the plan')
    expect(output.mock.calls.map(([text]) => String(text)).join('')).not.toContain('from the')
  })

  test('sees nothing of the environment', async () => {
    const summary = "() => 'environment: ' + JSON.stringify(process.env)"
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ summary }) }))
    expect(await host.summarise('one', seen)).toBe('environment: {}')
  })

  test('that fails later, on its own, is logged and harms nobody', async () => {
    const heard = Promise.withResolvers<unknown>()
    const before = "setTimeout(() => { throw new Error('too late') }, 0)\nPromise.reject(new Error('nobody listens'))"
    const log = (fields: Readonly<Record<string, unknown>>) => {
      if (String(fields.detail).includes('too late')) heard.resolve(fields.detail)
    }
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ before }) }), { log })
    expect(await heard.promise).toMatch(/^threw Error: too late/)
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  })
})
