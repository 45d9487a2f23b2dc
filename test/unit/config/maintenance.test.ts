import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load-config.ts'
import { writeReference } from '../../../src/config/reference.ts'
import { writeFiles } from './temporary-files.ts'

const load = (text: string) => loadConfig({ file: join(writeFiles({ 'selfheal.yml': text }), 'selfheal.yml'), env: {} })

const windowsOf = async (text: string) => {
  const loaded = await load(text)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.settings.engine.maintenance
}

describe('maintenance windows in the configuration', () => {
  it('are none by default', async () => {
    expect(await windowsOf('')).toEqual([])
  })

  it('are read as they are documented', async () => {
    const [, section = ''] = writeReference().split('## Maintenance windows')
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(section) ?? []
    expect(await windowsOf(example)).toEqual([
      {
        name: 'weekend deploys',
        match: [],
        targets: ['local/shop/*'],
        times: { kind: 'weekly', days: [6, 0], fromMs: 22 * 3_600_000, toMs: 4 * 3_600_000, zone: 'Europe/Berlin' },
      },
      {
        name: 'database move',
        match: ['team="payments"'],
        targets: [],
        times: {
          kind: 'once',
          startsAt: Date.parse('2026-03-01T22:00:00Z'),
          endsAt: Date.parse('2026-03-02T02:00:00Z'),
        },
      },
    ])
  })

  it('are every day and in UTC where nothing else is said', async () => {
    expect(await windowsOf('maintenance: [{ name: a, from: "00:00", to: "24:00" }]')).toMatchObject([
      { times: { days: [0, 1, 2, 3, 4, 5, 6], fromMs: 0, toMs: 86_400_000, zone: 'UTC' } },
    ])
  })

  it.each([
    ['an unknown zone', 'from: "01:00", to: "02:00", zone: Europe/Atlantis', 'maintenance[0].zone', 'IANA'],
    ['an offset as zone', 'from: "01:00", to: "02:00", zone: "+01:00"', 'maintenance[0].zone', 'IANA'],
    ['from = to', 'from: "01:00", to: "01:00"', 'maintenance[0].to', 'another time'],
    ['from at the end of the day', 'from: "24:00", to: "01:00"', 'maintenance[0].from', "'00:00'"],
    ['no such time', 'from: "25:00", to: "01:00"', 'maintenance[0].from', "'00:00' to '24:00'"],
    ['a time that YAML takes for a number', 'from: 1, to: "01:00"', 'maintenance[0].from', 'in quotes'],
    [
      'an end before the beginning',
      'starts: 2026-03-02T00:00:00Z, ends: 2026-03-01T00:00:00Z',
      'maintenance[0].ends',
      'after starts',
    ],
    [
      'a window of no length',
      'starts: 2026-03-02T00:00:00Z, ends: 2026-03-02T00:00:00Z',
      'maintenance[0].ends',
      'after starts',
    ],
    ['no times', 'targets: [local/shop/web]', 'maintenance[0]', "'from' and 'to'"],
    ['days alone', 'days: [sat]', 'maintenance[0]', 'the key from'],
    ['half of the times', 'starts: 2026-03-02T00:00:00Z', 'maintenance[0]', 'the key ends'],
    ['both kinds', 'from: "01:00", to: "02:00", starts: 2026-03-02T00:00:00Z', 'maintenance[0]', "'from' and 'to'"],
    ['an unknown day', 'from: "01:00", to: "02:00", days: [saturday]', 'maintenance[0].days[0]', 'sat'],
    ['no day', 'from: "01:00", to: "02:00", days: []', 'maintenance[0].days', ''],
    [
      'what names no target',
      'from: "01:00", to: "02:00", targets: [web]',
      'maintenance[0].targets[0]',
      'local/shop/web',
    ],
    ['a broken matcher', 'from: "01:00", to: "02:00", match: ["a=~("]', 'maintenance[0].match[0]', ''],
  ])('%s is a fault', async (_, keys, path, expected) => {
    const loaded = await load(`maintenance: [{ name: a, ${keys} }]`)
    expect(loaded.ok).toBe(false)
    const fault = loaded.ok ? undefined : loaded.faults.find((one) => one.path === path)
    expect(fault?.expected, JSON.stringify(loaded)).toContain(expected)
  })

  it('have names of their own', async () => {
    const loaded = await load(
      'maintenance: [{ name: a, from: "01:00", to: "02:00" }, { name: a, from: "03:00", to: "04:00" }]',
    )
    expect(loaded.ok ? [] : loaded.faults.map(({ path }) => path)).toEqual(['maintenance[1].name'])
  })
})
