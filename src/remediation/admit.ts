/** Admit: from an episode to an incident: route, resolve, open or join. Why nothing happened is recorded on the episode. */
import type { DispositionReason, Episode } from '../alert/episode.ts'
import { judgeOptIn } from '../guard/opt-in.ts'
import type { Incident } from '../incident/record.ts'
import { decideReopening } from '../incident/reopen.ts'
import type { EngineDeps } from './deps.ts'
import { transition } from './journal.ts'
import { toContainerFacts } from './observe.ts'
import type { Container } from './ports.ts'
import { resolve } from './resolve.ts'
import { type Routed, route } from './route.ts'

const dispose = (deps: EngineDeps, episode: Episode, because: { reason: DispositionReason; detail: string }): null => {
  deps.ledger.disposeEpisode(episode.id, because)
  const { notification, fingerprint } = episode
  deps.log.info({ notification, fingerprint, ...because }, 'alert not taken')
  return null
}

const nameOf = (episode: Episode): string => episode.labels.alertname ?? episode.fingerprint

const join = (deps: EngineDeps, incident: Incident, episode: Episode): Incident =>
  transition(deps, incident, {
    change: {},
    note: { kind: 'alert-joined', text: `${nameOf(episode)} joined`, data: { fingerprint: episode.fingerprint } },
    also: () => deps.ledger.attachEpisode(episode.id, incident.id),
  })

const reopen = (deps: EngineDeps, last: Incident, episode: Episode): Incident =>
  transition(deps, last, {
    change: {
      state: 'open',
      outcome: null,
      reason: null,
      until: null,
      endedAt: null,
      reopened: last.reopened + 1,
      proposal: null,
    },
    note: {
      kind: 'incident-reopened',
      text: `${nameOf(episode)} fires again`,
      data: { fingerprint: episode.fingerprint, reopened: last.reopened + 1 },
    },
    also: () => deps.ledger.attachEpisode(episode.id, last.id),
  })

const openNew = (deps: EngineDeps, episode: Episode, to: { routed: Routed; lineage: string }): Incident => {
  const { ledger, clock } = deps
  const incident = ledger.openIncident({
    target: to.lineage,
    runbook: to.routed.runbook.name,
    mode: to.routed.limits.mode,
    severity: episode.labels.severity ?? 'none',
    notification: episode.notification,
    labels: episode.labels,
    annotations: episode.annotations,
    openedAt: clock.now(),
  })
  return transition(deps, incident, {
    change: {},
    note: {
      kind: 'incident-opened',
      text: `${nameOf(episode)} on ${to.lineage}, runbook ${to.routed.runbook.name}`,
      data: { fingerprint: episode.fingerprint },
    },
    also: () => ledger.attachEpisode(episode.id, incident.id),
  })
}

const take = (deps: EngineDeps, episode: Episode, to: { routed: Routed; lineage: string }): Incident =>
  deps.ledger.transaction(() => {
    const active = deps.ledger.activeIncident(to.lineage)
    if (active !== undefined) return join(deps, active, episode)
    const last = deps.ledger.lastEnded(to.lineage)
    const reopening = decideReopening(last, deps.clock.now(), deps.settings.reopenWithinMs)
    return last !== undefined && reopening === 'reopen' ? reopen(deps, last, episode) : openNew(deps, episode, to)
  })

/** Routes and resolves one firing episode. Answers the target whose incident took it, or `null`. */
export function admit(deps: EngineDeps, episode: Episode, containers: readonly Container[]): string | null {
  const routed = route(episode.labels, deps.runbooks.list(), deps.settings)
  if (routed.runbook === null) return dispose(deps, episode, routed)
  const fault = deps.runbooks.labelFault(routed.runbook.name, episode.labels)
  if (fault !== null) return dispose(deps, episode, { reason: 'labels-invalid', detail: fault })
  const resolution = resolve(episode.labels, episode.startsAt, containers)
  if (resolution.kind === 'none') return dispose(deps, episode, resolution)
  const verdict = judgeOptIn(resolution.containers.map(toContainerFacts))
  deps.observer.decided({ ...verdict, verdicts: [verdict] })
  if (verdict.verdict !== 'allow') {
    const reason = verdict.reason === 'protected' ? 'protected' : 'not-opted-in'
    return dispose(deps, episode, { reason, detail: verdict.detail })
  }
  return take(deps, episode, { routed, lineage: resolution.lineage }).target
}
