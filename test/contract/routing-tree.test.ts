import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRoutes } from '../../src/alertmanager-config/read-routes.ts'
import { createReader } from '../../src/alertmanager-config/reader.ts'
import { walk } from '../../src/alertmanager-config/route-node.ts'
import { type WrittenRoute, writtenLabels, writtenTree } from '../support/alertmanager/generate-routes.ts'
import { startAmtool } from '../support/real/amtool.ts'

// Generated routing trees, walked by us and by Alertmanager's own tool.

const seed = Number(process.env.SELFHEAL_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))

const named = (route: WrittenRoute, next: () => string): WrittenRoute => ({
  ...route,
  ...(route.receiver === undefined ? {} : { receiver: next() }),
  ...(route.routes === undefined ? {} : { routes: route.routes.map((child) => named(child, next)) }),
})

/** Many trees in one: each is a child of the root, and hands every alert on to the next one. */
function forest(): { readonly route: WrittenRoute; readonly receivers: readonly { readonly name: string }[] } {
  const names = ['root']
  const next = (): string => {
    names.push(`r${names.length}`)
    return names.at(-1) ?? ''
  }
  const trees = fc
    .sample(writtenTree, { seed, numRuns: 120 })
    .map((tree) => ({ ...named(tree, next), receiver: next(), continue: true }))
  return { route: { receiver: 'root', routes: trees }, receivers: names.map((name) => ({ name })) }
}

describe.each([
  { version: 'oldest', dialect: 'classic' },
  { version: 'newest', dialect: 'fallback' },
] as const)('a routing tree, beside the $version amtool', ({ version, dialect }) => {
  test('is walked as it walks it', async () => {
    const config = forest()
    const reader = createReader(config)
    const root = readRoutes(reader, dialect)
    expect(reader.findings).toEqual([])
    const amtool = await startAmtool(version)
    const route = await amtool.route(config)
    const ends = new Set<string>()
    for (const labels of fc.sample(writtenLabels, { seed, numRuns: 40 })) {
      const ours = root === null ? [] : walk(root, labels).map(({ receiver }) => receiver)
      expect(ours, `${JSON.stringify(labels)}, rerun with SELFHEAL_TEST_SEED=${seed}`).toEqual(await route(labels))
      for (const receiver of ours) ends.add(receiver)
    }
    expect(ends.size).toBeGreaterThan(100)
  })
})
