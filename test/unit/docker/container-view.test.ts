import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewContainer } from '../../../src/docker/container-view.ts'
import { decodeInspection } from '../../../src/docker/inspection.ts'
import { identify } from '../../../src/docker/lineage.ts'
import { decodeListing } from '../../../src/docker/listing.ts'
import type { OptIn } from '../../../src/docker/opt-in.ts'
import type { ExitCause } from '../../../src/remediation/ports.ts'
import { FakeEngine, type FakeSpec } from '../../support/fake-docker-engine.ts'
import { inspectedJson, listedJson } from '../../support/fake-docker-json.ts'

function view(spec: Partial<FakeSpec>, how: { exit?: number; cause?: ExitCause; optIn?: OptIn } = {}) {
  const engine = new FakeEngine()
  const container = engine.create({ name: 'web-1', ...spec })
  engine.start(container)
  if (how.exit !== undefined) engine.end(container, how.exit)
  const inspection = decodeInspection(inspectedJson(container))
  const { optIn = () => false, cause = null } = how
  return viewContainer(inspection, { engine: 'local', optIn, protectedBecause: null, exitCause: cause })
}

describe('lineage', () => {
  const compose = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' }

  it('is the engine, the Compose project and the service', () => {
    expect(identify('local', { name: 'shop-web-1', labels: compose }).lineage).toBe('local/shop/web')
  })

  it("prefers selfheal's own label for the service", () => {
    expect(identify('local', { name: 'x', labels: { ...compose, 'selfheal.service': 'front' } }).service).toBe('front')
  })

  it("is the container's name without a project for a plain container", () => {
    expect(identify('local', { name: 'web', labels: {} })).toEqual({
      ...{ lineage: 'local/_/web', project: '_', service: 'web' },
    })
  })

  it.each(['a/b', '', 'a\nb', 'a\u0000', '\u202eweb', 'x'.repeat(256)])(
    'ignores the hostile service label %j',
    (value) => {
      expect(identify('local', { name: 'x', labels: { ...compose, 'selfheal.service': value } }).service).toBe('web')
      const project = { ...compose, 'com.docker.compose.project': value }
      expect(identify('local', { name: 'x', labels: project }).lineage).toBe('local/_/web')
    },
  )

  it('always has three parts without control characters', () => {
    const label = fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
    fc.assert(
      fc.property(label, label, label, (project, service, own) => {
        const labels = Object.fromEntries(
          Object.entries({
            'com.docker.compose.project': project,
            'com.docker.compose.service': service,
            'selfheal.service': own,
          }).filter((entry): entry is [string, string] => entry[1] !== undefined),
        )
        const { lineage } = identify('local', { name: 'web', labels })
        return lineage.split('/').length === 3 && !/\p{C}|\/\/|\/$/u.test(lineage)
      }),
    )
  })
})

describe('what the labels allow', () => {
  const optedIn = (value: string | undefined, optIn: boolean) =>
    view(value === undefined ? {} : { labels: { 'selfheal.enable': value } }, { optIn: () => optIn }).isOptedIn

  it('opts in by the label or by the configuration, and a label that does not say true always wins', () => {
    expect([optedIn('true', false), optedIn(undefined, true), optedIn(' True ', false)]).toEqual([true, true, true])
    expect([optedIn('false', true), optedIn('no', true), optedIn('', true)]).toEqual([false, false, false])
    expect(optedIn(undefined, false)).toBe(false)
  })

  it('asks the configuration about the labels', () => {
    const optIn: OptIn = ({ team }) => team === 'shop'
    expect(view({ labels: { team: 'shop' } }, { optIn }).isOptedIn).toBe(true)
    expect(view({ labels: { team: 'ops' } }, { optIn }).isOptedIn).toBe(false)
  })

  it.each([
    ['auto', 'auto'],
    ['Advise', 'advise'],
    ['observe', 'observe'],
    ['off', 'observe'],
    ['', 'observe'],
  ])('reads the mode %j as %s', (value, mode) => {
    expect(view({ labels: { 'selfheal.mode': value } }).mode).toBe(mode)
  })

  it('has no mode of its own without the label', () => {
    expect(view({}).mode).toBeNull()
  })
})

describe('what counts as a replica', () => {
  it.each([
    ['no', 0, 'crash', false],
    ['on-failure', 0, 'crash', false],
    ['no', 0, 'unknown', false],
    ['no', 1, 'crash', true],
    ['always', 0, 'person', true],
    ['unless-stopped', 0, 'person', true],
    ['no', 0, 'person', true],
    ['no', 0, 'ours', true],
  ] as const)('under policy %s, ended with %i by %s: %s', (restartPolicy, exit, cause, isReplica) => {
    expect(view({ restartPolicy }, { exit, cause }).isReplica).toBe(isReplica)
  })

  it('has addresses only while it runs', () => {
    expect(Object.keys(view({}).replica.addresses)).toEqual(['bridge'])
    expect(view({}, { exit: 1 }).replica.addresses).toEqual({})
  })
})

describe("reading Docker's answers", () => {
  const container = new FakeEngine().create({ name: 'web-1' })

  it('takes the name that is its own among those of legacy links', () => {
    const [listed] = decodeListing([{ ...listedJson(container), Names: ['/other/alias', '/web-1'] }])
    expect(listed?.name).toBe('web-1')
  })

  it('takes what newer engines call DNS names for host names', () => {
    const base = inspectedJson(container)
    const network = { NetworkSettings: { Networks: { n: { Aliases: null, DNSNames: ['web', 'a1b2'] } } } }
    expect(decodeInspection({ ...base, ...network }).attachments[0]?.aliases).toEqual(['web', 'a1b2'])
  })

  it.each([null, [], 'text', {}, { Id: 'x' }, { ...inspectedJson(container), Id: '../x' }])(
    'refuses %j as an inspected container',
    (answer) => {
      expect(() => decodeInspection(answer)).toThrow(/expected/)
    },
  )

  it('never throws anything but its own error, whatever the answer', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        for (const decode of [decodeInspection, decodeListing]) {
          try {
            decode(answer)
          } catch (error) {
            expect(error).toHaveProperty('name', 'ShapeError')
          }
        }
      }),
    )
  })
})
