import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackFirstThatRuns } from './first-that-runs.ts'
import { ensurePart } from './part.ts'
import type { Age } from './version.ts'

/** An Alertmanager that is unpacked and ready to be started; `version` is upstream's, say `0.25.0`. */
export interface AlertmanagerParts {
  readonly version: string
  /** A launcher that becomes Alertmanager (same process); needs root. */
  readonly alertmanager: string
  readonly amtool: string
  /** The folder that the package was unpacked into. */
  readonly home: string
}

const candidates = {
  oldest: [{ suite: 'bookworm', packages: ['prometheus-alertmanager'] }],
  newest: [
    { suite: 'sid', packages: ['prometheus-alertmanager'] },
    { suite: 'trixie', packages: ['prometheus-alertmanager'] },
  ],
} as const

/**
 * Debian's Alertmanager reads its templates from /usr/share/prometheus/alertmanager, a path that is compiled in. The
 * launcher lays the unpacked /usr/share over the machine's in a mount namespace of its own, which ends with the process.
 */
const launcher = `#!/bin/sh
home=$(dirname "$(readlink -f "$0")")
exec unshare --mount --propagation slave sh -c '
  mount -t overlay -o "lowerdir=$0/usr/share:/usr/share" alertmanager-templates /usr/share || exit 1
  exec "$0/usr/bin/prometheus-alertmanager" "$@"
' "$home" "$@"
`

/** Returns the Alertmanager of Debian 12, or the newest that this machine can get and run. */
export async function ensureAlertmanager(age: Age): Promise<AlertmanagerParts> {
  const { folder, facts } = await ensurePart(`alertmanager-${age}`, async (draft) => {
    const unpacked = await unpackFirstThatRuns(draft, 'usr/bin/prometheus-alertmanager', candidates[age])
    await writeFile(join(draft, 'alertmanager'), launcher)
    await chmod(join(draft, 'alertmanager'), 0o755)
    return unpacked
  })
  return {
    version: facts.upstream ?? '',
    alertmanager: join(folder, 'alertmanager'),
    amtool: join(folder, 'usr/bin/amtool'),
    home: folder,
  }
}
