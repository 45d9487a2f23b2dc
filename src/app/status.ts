/** What `GET /api/v1/status` says. */
import type { Settings } from '../config/settings.ts'
import { lowerMode } from '../guard/mode.ts'
import type { Pause } from '../guard/pause.ts'
import { writeInstant } from '../http/instant.ts'
import type { Status } from '../http/ports.ts'
import { version } from '../lib/version.ts'
import type { Engine } from '../remediation/engine.ts'
import type { DependencyWatch } from '../schedule/dependency-watch.ts'
import { alertmanagerName } from './alertmanager-name.ts'

/** What the status is made from beside the settings. */
export type StatusSources = Pick<DependencyWatch, 'seen'> &
  Pick<Engine, 'reconciledAt'> & {
    readonly pausesInForce: () => readonly Pause[]
  }

/** Makes the question: systems as last seen, and how much may be done. */
export function createStatus(settings: Settings, watch: StatusSources): () => Status {
  return () => ({
    docker: { [settings.docker.name]: watch.seen('docker') },
    prometheus: settings.prometheus === null ? null : watch.seen('prometheus'),
    alertmanager: settings.alertmanagers.map((_, index) => watch.seen(alertmanagerName(index))),
    reconciledAt: writeInstant(watch.reconciledAt()),
    storm: false,
    paused: watch.pausesInForce().some(({ target }) => target === null),
    mode: lowerMode(settings.engine.mode, settings.engine.ceiling),
    version,
  })
}
