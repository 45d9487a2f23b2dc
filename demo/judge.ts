import type { IncidentSeen, Observation } from './observation.ts'

/** How long nothing may be started after an escalation: no loop. */
export const quietMs = 45_000

/** How old what the judge saw last may be, to count as the present: some rounds of each watcher. */
const presentMs = 5_000

/** How much later than it happened the judge may see that the service answers. */
const probeSlackMs = 2_000

/** What the judge finds of one fault. Instants are epoch milliseconds; `null`: it did not happen. */
export type Verdict = {
  readonly name: string
  readonly target: string
  readonly expected: 'recovered' | 'escalated'
  readonly injectedAt: number
  /** The alert was active in Alertmanager. */
  readonly detectedAt: number | null
  /** Docker started the container again. */
  readonly actedAt: number | null
  /** The service began to answer the judge, and went on doing so. */
  readonly answeredAt: number | null
  /** selfheal called it proven, and it was. */
  readonly recoveredAt: number | null
  /** selfheal stopped trying. */
  readonly escalatedAt: number | null
  readonly pages: number
  readonly isOk: boolean
  /** Everything that is not as it must be, one sentence each. */
  readonly problems: readonly string[]
}

/** Judges one fault. selfheal's word counts only together with what Docker, Alertmanager, the pager and the service say. */
export function judge(seen: Observation): Verdict {
  const incident = seen.incidents.at(-1)
  const answeredAt = findAnsweredAt(seen)
  const problems = [
    ...(seen.probes.some((probe) => !probe.isAnswered)
      ? []
      : ['the fault did not strike: the service never fell silent']),
    ...(seen.alert === null ? ['no alert for it was active in Alertmanager'] : []),
    ...(seen.incidents.length > 1 ? [`selfheal opened ${seen.incidents.length} incidents for one fault`] : []),
    ...problemsOfEnds(seen, incident),
    ...problemsOfAttempts(seen, incident),
    ...(seen.fault.expected === 'recovered'
      ? problemsOfRecovery(seen, incident, answeredAt)
      : problemsOfEscalation(seen, incident, answeredAt)),
  ]
  const isRecovered = incident?.state === 'ended' && incident.outcome === 'recovered' && answeredAt !== null
  return {
    name: seen.fault.name,
    target: seen.target,
    expected: seen.fault.expected,
    injectedAt: seen.injectedAt,
    detectedAt: seen.alert?.firstAt ?? null,
    actedAt: seen.starts[0] ?? null,
    answeredAt,
    recoveredAt: isRecovered ? incident.endedAt : null,
    escalatedAt: findEscalatedAt(incident),
    pages: seen.pages,
    isOk: problems.length === 0,
    problems,
  }
}

/** Whether the story of the fault is over, so that watching on would change nothing; with healing off, a quiet period after the alert. */
export function isSettled(seen: Observation, isHealing: boolean): boolean {
  if (!isHealing) return seen.alert !== null && seen.watchedUntil - seen.alert.firstAt >= quietMs
  const incident = seen.incidents.at(-1)
  if (seen.fault.expected === 'recovered')
    return (
      incident?.state === 'ended' &&
      findAnsweredAt(seen) !== null &&
      seen.watchedUntil - (incident.endedAt ?? 0) > presentMs
    )
  const escalatedAt = findEscalatedAt(incident)
  return escalatedAt !== null && seen.watchedUntil - escalatedAt >= quietMs
}

/** A fault that leaves the process alive is another one when the process ends before anybody acts. */
function problemsOfEnds(seen: Observation, incident: IncidentSeen | undefined): string[] {
  if (!seen.fault.isAlive) return []
  const firstAct = incident?.timeline.find((event) => event.kind === 'attempt-reserved')?.at ?? Number.POSITIVE_INFINITY
  return seen.ends.some((at) => at < firstAct) ? ['the process ended by itself, where the fault leaves it alive'] : []
}

function problemsOfAttempts(seen: Observation, incident: IncidentSeen | undefined): string[] {
  if (incident === undefined) return ['selfheal opened no incident for it']
  const attempts = seen.incidents.reduce((sum, each) => sum + each.attempts.length, 0)
  return seen.starts.length === attempts
    ? []
    : [`Docker started the container ${seen.starts.length} times, selfheal accounts for ${attempts} attempts`]
}

function problemsOfRecovery(
  seen: Observation,
  incident: IncidentSeen | undefined,
  answeredAt: number | null,
): string[] {
  if (incident === undefined) return []
  const { rungs } = seen.fault
  const attempts = incident.attempts.length
  const isClaimed = incident.state === 'ended' && incident.outcome === 'recovered'
  const isEarly = isClaimed && answeredAt !== null && (incident.endedAt ?? 0) + probeSlackMs < answeredAt
  return [
    ...(isClaimed ? [] : [`the incident is ${describe(incident)}, not recovered`]),
    ...(answeredAt === null ? ['the service does not answer'] : []),
    ...(isEarly ? ['selfheal called it recovered before the service answered'] : []),
    ...(attempts >= 1 && attempts <= rungs ? [] : [`${attempts} attempts, where the ladder has ${rungs} rungs`]),
    ...(isClaimed && !incident.attempts.some((attempt) => attempt.proof === 'recovered')
      ? ['no attempt of the incident has a proof']
      : []),
  ]
}

function problemsOfEscalation(
  seen: Observation,
  incident: IncidentSeen | undefined,
  answeredAt: number | null,
): string[] {
  if (incident === undefined) return []
  const { rungs } = seen.fault
  const escalatedAt = findEscalatedAt(incident)
  const attempts = incident.attempts.length
  const later = escalatedAt === null ? [] : seen.starts.filter((at) => at > escalatedAt)
  const quiet = escalatedAt === null ? 0 : seen.watchedUntil - escalatedAt
  return [
    ...(escalatedAt === null ? [`the incident is ${describe(incident)}, not escalated`] : []),
    ...(attempts === rungs ? [] : [`${attempts} attempts, where the ladder has ${rungs} rungs`]),
    ...(isPresent(seen.escalationAlert?.lastAt, seen) ? [] : ['the escalation is not active in Alertmanager']),
    ...(seen.escalationReceivedAt === null ? ['the pager did not get the escalation from selfheal itself'] : []),
    ...(escalatedAt !== null && quiet < quietMs
      ? [`it was watched for only ${Math.round(quiet / 1_000)} s after that`]
      : []),
    ...(later.length === 0 ? [] : [`the container was started ${later.length} times after the escalation: a loop`]),
    ...(answeredAt === null ? [] : ['the service answers, although nothing can have cured it']),
  ]
}

/** The first probe of the unbroken row of answers that reaches to the present; `null` when the service is silent now. */
function findAnsweredAt(seen: Observation): number | null {
  const lastSilent = seen.probes.findLastIndex((probe) => !probe.isAnswered)
  const row = seen.probes.slice(lastSilent + 1)
  return lastSilent >= 0 && isPresent(row.at(-1)?.at, seen) ? (row[0]?.at ?? null) : null
}

function findEscalatedAt(incident: IncidentSeen | undefined): number | null {
  if (incident?.state !== 'escalated') return null
  return incident.timeline.findLast((event) => event.kind === 'escalated')?.at ?? null
}

function isPresent(at: number | undefined, seen: Observation): boolean {
  return at !== undefined && seen.watchedUntil - at <= presentMs
}

function describe(incident: IncidentSeen): string {
  return [incident.state, incident.outcome ?? incident.reason].filter((word) => word !== null).join(', ')
}
