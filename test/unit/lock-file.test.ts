/** What the lock file has to say beyond what npm writes into it by itself: a plain `npm install` drops both. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

type Locked = { readonly gypfile?: boolean; readonly optionalDependencies?: Readonly<Record<string, string>> }

const { packages }: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
)

it('keeps npm from compiling better-sqlite3, whose binaries are in its package', () => {
  expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false)
})

it('names every optional package of every platform, without which npm ci refuses', () => {
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
  expect(wanted.length).toBeGreaterThan(0)
  const missing = wanted.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))
  expect(missing).toEqual([])
})
