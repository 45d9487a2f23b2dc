/** Why something or nothing happened to an alert, in one sentence for a person. */
import type { Episode } from '../alert/episode.ts'
import type { Incident } from './record.ts'

const because = (reason: string | null): string => (reason === null ? '' : ` (${reason})`)

const ends: Readonly<Record<NonNullable<Incident['outcome']>, string>> = {
  recovered: 'recovered, and it was proven',
  recovered_without_action: 'well again before anything was done',
  resolved: 'resolved without an act, and the target looked well',
  advised: 'ended with nothing done, as nothing may be done',
  closed: 'closed by a person',
  target_gone: 'ended, because the target is gone',
}

const states: Readonly<Record<Exclude<Incident['state'], 'ended'>, string>> = {
  open: 'is being decided upon',
  deferred: 'waits',
  awaiting_approval: 'waits for a person to approve',
  acting: 'is being acted on',
  verifying: 'is being proven',
  escalated: 'was handed over to people',
}

/** What an incident is up to: its state with the reason, or how it ended. */
const tellIncident = ({ id, target, state, reason, outcome }: Incident): string => {
  const name = `incident ${id} on ${target}`
  if (state !== 'ended') return `${name} ${states[state]}${because(reason)}`
  return `${name} ${outcome === null ? 'ended' : ends[outcome]}${because(reason)}`
}

const closings: Readonly<Record<Exclude<Episode['state'], 'firing'>, string>> = {
  resolved: 'resolved, says Alertmanager',
  suppressed: 'silenced or inhibited in Alertmanager',
  vanished: 'no longer held by Alertmanager, which never said that it is resolved',
}

const tellMatter = ({ disposition, state }: Episode, incident: Incident | undefined): string => {
  const none = disposition === null ? null : `no incident took it: ${disposition.reason} (${disposition.detail})`
  if (incident === undefined)
    return none ?? (state === 'firing' ? 'not decided yet' : 'it was over before it was decided')
  // Beside an incident, a disposition says what became of the alert after that one had ended.
  return `${tellIncident(incident)}${none === null ? '' : `; it fires on, and ${none}`}`
}

/** What became of the alert, and what closed it where it is closed. `incident` is the one that took it. */
export function explainAlert(episode: Episode, incident: Incident | undefined): string {
  const matter = tellMatter(episode, incident)
  return episode.state === 'firing' ? matter : `${closings[episode.state]}; ${matter}`
}
