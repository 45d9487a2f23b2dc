/** Admit: from an episode to an incident: route, resolve, open or join. Why nothing happened is recorded on the episode. */
import type { DispositionReason, Episode } from '../../alert/episode.ts'
import { effectiveMode } from '../../guard/mode.ts'
import { judgeOptIn } from '../../guard/opt-in.ts'
import type { Incident, Mode } from '../../incident/record.ts'
import { decideReopening } from '../../incident/reopen.ts'
import { isMoreCritical } from '../../incident/severity.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import type { EngineDeps } from '../deps.ts'
import type { Change, Commit } from '../journal.ts'
import { toContainerFacts } from '../observe.ts'
import type { Container, RunbookInfo } from '../ports.ts'
import { resolve } from '../routing/resolve.ts'
import { route } from '../routing/route.ts'

/** What a firing alert is about: which runbook, on which target, with how much freedom. */
type Matter = { readonly runbook: RunbookInfo; readonly lineage: string; readonly mode: Mode }

type Refusal = { readonly reason: DispositionReason; readonly detail: string }

const dayMs = 24 * 60 * 60 * 1000

const nameOf = (episode: Episode): string => episode.labels.alertname ?? episode.fingerprint

const severityOf = (episode: Episode): string => episode.labels.severity ?? 'none'

/** Which alert of which notification: the incident itself keeps the notification that opened it. */
const sourceOf = ({ fingerprint, notification }: Episode) => ({ fingerprint, cameIn: notification })

const examine = (deps: EngineDeps, { episode, containers }: Arrival): Matter | Refusal => {
  const { settings, runbooks, observer } = deps
  const routed = route(episode.labels, runbooks.list(), settings)
  if (routed.runbook === null) return routed
  const fault = runbooks.labelFault(routed.runbook.name, episode.labels)
  if (fault !== null) return { reason: 'labels-invalid', detail: fault }
  const read = runbooks.readParameters(routed.runbook.name, routed.parameters)
  if (!read.ok) return { reason: 'parameters-invalid', detail: read.found }
  if (containers instanceof AdapterError) return { reason: 'engine-unreachable', detail: containers.message }
  const { startsAt: firedAt } = episode
  const resolution = resolve(episode.labels, { firedAt, containers, target: routed.target })
  if (resolution.kind === 'none') return resolution
  const facts = resolution.containers.map(toContainerFacts)
  const verdict = judgeOptIn(facts)
  observer.decided({ ...verdict, verdicts: [verdict] })
  if (verdict.verdict !== 'allow') {
    return { reason: verdict.reason === 'protected' ? 'protected' : 'not-opted-in', detail: verdict.detail }
  }
  const mode = effectiveMode({ mode: routed.limits.mode, ceiling: settings.ceiling, containers: facts })
  return { runbook: routed.runbook, lineage: resolution.lineage, mode }
}

const join = (episode: Episode): Change => ({
  change: {},
  note: { kind: 'alert-joined', text: `${nameOf(episode)} joined`, data: sourceOf(episode) },
})

/** The same incident, at the same rung; from the configured number of times within 24 h on, it is flapping. */
const reopen = (deps: EngineDeps, last: Incident, { episode, mode }: { episode: Episode; mode: Mode }): Change => {
  const within24h = deps.ledger.reopenedSince(last.target, deps.clock.now() - dayMs) + 1
  const reopened = last.reopened + 1
  return {
    change: {
      state: 'open',
      outcome: null,
      reason: within24h >= deps.settings.reopenLimit ? 'flapping' : null,
      until: null,
      endedAt: null,
      reopened,
      mode,
      proposal: null,
    },
    note: {
      kind: 'incident-reopened',
      text: `${nameOf(episode)} fires again`,
      data: { ...sourceOf(episode), reopened },
    },
  }
}

const open = (deps: EngineDeps, episode: Episode, matter: Matter): Incident =>
  deps.ledger.openIncident({
    target: matter.lineage,
    runbook: matter.runbook.name,
    mode: matter.mode,
    severity: severityOf(episode),
    notification: episode.notification,
    labels: episode.labels,
    annotations: episode.annotations,
    openedAt: deps.clock.now(),
  })

const opened = (episode: Episode, { lineage, runbook }: Matter): Change => ({
  change: {},
  note: {
    kind: 'incident-opened',
    text: `${nameOf(episode)} on ${lineage}, runbook ${runbook.name}`,
    data: sourceOf(episode),
  },
})

const take = (deps: EngineDeps, episode: Episode, matter: Matter): readonly [Incident, Change] => {
  const active = deps.ledger.activeIncident(matter.lineage)
  if (active !== undefined) return [active, join(episode)]
  const last = deps.ledger.lastEnded(matter.lineage)
  if (last !== undefined && decideReopening(last, deps.clock.now(), deps.settings.reopenWithinMs) === 'reopen') {
    return [last, reopen(deps, last, { episode, mode: matter.mode })]
  }
  return [open(deps, episode, matter), opened(episode, matter)]
}

/** An incident is as severe as the most critical alert that it ever had. */
const raiseSeverity = ({ change }: Commit, incident: Incident, episode: Episode): void => {
  const severity = severityOf(episode)
  if (!isMoreCritical(severity, incident.severity)) return
  const { severity: from } = incident
  change(incident, {
    change: { severity },
    note: {
      kind: 'severity-raised',
      text: `severity rises from ${from} to ${severity} with ${nameOf(episode)}`,
      data: { from, to: severity, ...sourceOf(episode) },
    },
  })
}

/** What is admitted: a firing episode, with the containers as they were listed for it, or why they could not be. */
export type Arrival = { readonly episode: Episode; readonly containers: readonly Container[] | AdapterError }

/** Records why no incident took the episode; told only when it is not what is recorded already. */
const dispose = (
  deps: EngineDeps,
  { tell }: Commit,
  { episode, refusal }: { episode: Episode; refusal: Refusal },
): null => {
  const { reason, detail } = refusal
  const { disposition, notification, fingerprint } = episode
  const isKnown = disposition?.reason === reason && disposition.detail === detail
  // What is tried every few seconds is not written every few seconds.
  if (isKnown && reason === 'engine-unreachable') return null
  deps.ledger.disposeEpisode(episode.id, { reason, detail })
  if (!isKnown) tell({ notification, fingerprint, reason, detail }, 'alert not taken')
  return null
}

/**
 * Routes and resolves one firing episode within a commit. Answers the target whose incident took it; `null` when none
 * did, and why is on the episode.
 */
export function admit(deps: EngineDeps, within: Commit, arrival: Arrival): string | null {
  const { episode } = arrival
  const own = episode.incident === null ? undefined : deps.ledger.incident(episode.incident)
  if (own !== undefined && own.state !== 'ended') {
    // Another alert has reopened it meanwhile: it has this one in hand again.
    deps.ledger.attachEpisode(episode.id, own.id)
    return own.target
  }
  const matter = examine(deps, arrival)
  if ('reason' in matter) return dispose(deps, within, { episode, refusal: matter })
  const [incident, step] = take(deps, episode, matter)
  const taken = within.change(incident, { ...step, also: () => deps.ledger.attachEpisode(episode.id, incident.id) })
  raiseSeverity(within, taken, episode)
  return incident.target
}
