import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withLock } from '../lock.mjs'
import { type PartName, partFolder } from '../parts.mjs'
import { assertMayInstall, describePart } from './missing.ts'
import { say } from './say.ts'

/** What is known of a part that was unpacked: the version of each package, or whatever its maker recorded. */
export type PartFacts = Readonly<Record<string, string>>

/** A part that is on the disk, complete. */
export interface UnpackedPart {
  readonly folder: string
  readonly facts: PartFacts
}

/**
 * Returns the part from the cache, or has `make` fill an empty folder with it first. The part appears in the cache
 * complete or not at all, and two runs at once make it once.
 */
export async function ensurePart(name: PartName, make: (folder: string) => Promise<PartFacts>): Promise<UnpackedPart> {
  return (
    (await readPart(name)) ?? (await withPartLock(name, async () => (await readPart(name)) ?? makePart(name, make)))
  )
}

async function readPart(name: PartName): Promise<UnpackedPart | undefined> {
  const folder = partFolder(name)
  try {
    return { folder, facts: JSON.parse(await readFile(join(folder, 'part.json'), 'utf8')) }
  } catch {
    return undefined
  }
}

async function makePart(name: PartName, make: (folder: string) => Promise<PartFacts>): Promise<UnpackedPart> {
  assertMayInstall([name])
  const folder = partFolder(name)
  const draft = join(dirname(folder), `.${name}.new`)
  say(`getting ${describePart(name)}`)
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  try {
    const facts = await make(draft)
    await writeFile(join(draft, 'part.json'), `${JSON.stringify(facts, null, 2)}\n`)
    await rm(folder, { recursive: true, force: true })
    await rename(draft, folder)
    return { folder, facts }
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

function withPartLock<T>(name: PartName, work: () => Promise<T>): Promise<T> {
  return withLock(`${partFolder(name)}.lock`, work, () =>
    say(`waiting for another run that gets ${describePart(name)}`),
  )
}
