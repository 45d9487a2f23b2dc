import { describe, expect, it } from 'vitest'
import { readRoutes } from '../../../src/alertmanager-config/read-routes.ts'
import { createReader } from '../../../src/alertmanager-config/reader.ts'
import { allRoutes, lastOf, walk } from '../../../src/alertmanager-config/route-node.ts'

const treeOf = (route: object) => {
  const reader = createReader({ route })
  const root = readRoutes(reader, 'fallback')
  if (root === null) throw new Error('no tree')
  return { root, findings: reader.findings }
}

describe('a routing tree', () => {
  const { root } = treeOf({
    receiver: 'root',
    routes: [
      { match: { a: '1' }, receiver: 'first', continue: 'yes' },
      {
        match_re: { a: '1|2' },
        receiver: 'second',
        routes: [{ matchers: ['b="1"'], receiver: 'deep' }, { matchers: ['b=2'] }],
      },
      { matchers: ['a=~".+"'], receiver: 'third' },
    ],
  })
  const ends = (labels: Record<string, string>) => walk(root, labels).map(({ receiver }) => receiver)

  it('is walked to the first child that matches, and beyond it where that says continue', () => {
    expect(ends({ a: '1' })).toEqual(['first', 'second'])
    expect(ends({ a: '2' })).toEqual(['second'])
    expect(ends({ a: '3' })).toEqual(['third'])
    expect(ends({})).toEqual(['root'])
  })

  it('is walked down to the deepest route that matches, which inherits its receiver', () => {
    expect(ends({ a: '2', b: '1' })).toEqual(['deep'])
    expect(ends({ a: '2', b: '2' })).toEqual(['second'])
    expect(walk(root, { a: '2', b: '2' })[0]?.path).toEqual(['route', 'routes', 1, 'routes', 1])
  })

  it('hands timing and grouping down, and time intervals not', () => {
    const { root: own } = treeOf({
      receiver: 'r',
      group_by: ['a'],
      group_wait: 0,
      repeat_interval: '1h',
      routes: [
        { group_by: [], group_interval: '10s', mute_time_intervals: ['night'], routes: [{ group_by: ['...'] }] },
      ],
    })
    const [first, second, third] = allRoutes(own).map(lastOf)
    expect(first).toMatchObject({
      groupBy: ['a'],
      groupWaitMs: 0,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 3_600_000,
    })
    expect(second).toMatchObject({ groupBy: ['a'], groupIntervalMs: 10_000, muteIntervals: ['night'], receiver: 'r' })
    expect(third).toMatchObject({ groupBy: 'all', groupIntervalMs: 10_000, muteIntervals: [] })
  })

  it('tells what it cannot read, and where', () => {
    const { findings } = treeOf({
      routes: [{ matchers: ['a='], group_wait: 'soon', continue: 'maybe', group_by: 'a' }],
    })
    // An empty value is one of the things that the classic parser takes.
    expect(findings.map(({ path }) => path.join('.'))).toEqual([
      'route',
      'route.routes.0.group_by',
      'route.routes.0.group_wait',
      'route.routes.0.continue',
    ])
    expect(treeOf({ receiver: 'r', matchers: ['=x'] }).findings).toMatchObject([
      { severity: 'fault', path: ['route', 'matchers', 0], expected: 'a label name' },
    ])
  })

  it('that contains itself has an end', () => {
    const route: Record<string, unknown> = { receiver: 'r' }
    route.routes = [route]
    expect(allRoutes(treeOf(route).root).length).toBeLessThan(50)
  })
})
