import { join } from 'node:path'
import { unpackFirstThatRuns } from './first-that-runs.ts'
import { ensurePart } from './part.ts'
import type { Age } from './version.ts'

/** A Prometheus that is unpacked and ready to be started; `version` is upstream's, say `2.42.0`. */
export interface PrometheusParts {
  readonly version: string
  readonly prometheus: string
  readonly promtool: string
}

/** promtool has a package of its own in sid. */
const candidates = {
  oldest: [{ suite: 'bookworm', packages: ['prometheus'] }],
  newest: [
    { suite: 'sid', packages: ['prometheus', 'promtool'] },
    { suite: 'trixie', packages: ['prometheus'] },
  ],
} as const

/** Returns the Prometheus of Debian 12, or the newest that this machine can get and run. */
export async function ensurePrometheus(age: Age): Promise<PrometheusParts> {
  const { folder, facts } = await ensurePart(`prometheus-${age}`, (draft) =>
    unpackFirstThatRuns(draft, 'usr/bin/prometheus', candidates[age]),
  )
  return {
    version: facts.upstream ?? '',
    prometheus: join(folder, 'usr/bin/prometheus'),
    promtool: join(folder, 'usr/bin/promtool'),
  }
}
