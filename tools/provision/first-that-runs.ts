import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { unpackPackages } from './debian-packages.ts'
import type { PartFacts } from './part.ts'
import { say } from './say.ts'
import type { Suite } from './suite.ts'

/** One place to get a program from. */
export interface Candidate {
  readonly suite: Suite
  readonly packages: readonly string[]
}

/**
 * Unpacks the first candidate that can be had and whose `program` (a path inside of it) answers `--version` on this
 * machine, and says why when it is not the first. The facts get the program's own version as `upstream`.
 */
export async function unpackFirstThatRuns(
  folder: string,
  program: string,
  candidates: readonly Candidate[],
): Promise<PartFacts> {
  const reasons: unknown[] = []
  for (const { suite, packages } of candidates) {
    try {
      const facts = await unpackPackages(suite, packages, folder)
      const answer = await runCommand(join(folder, program), ['--version'], { timeoutMs: 20_000 })
      return { ...facts, upstream: /version v?(\d+\.\d+\.\d+)/.exec(answer)?.[1] ?? '' }
    } catch (error) {
      reasons.push(error)
      const reason = error instanceof Error ? error.message : String(error)
      say(`${packages.join(', ')} of Debian ${suite} cannot be used here: ${reason}`)
      await empty(folder)
    }
  }
  throw new AggregateError(reasons, `${program} could not be had from any suite of Debian`)
}

async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true })
}
