/** The account: what was seen, tried and proven, for the person who takes over. Complete and bounded, without secrets. */
import type { Attempt, Incident } from '../incident/record.ts'
import { redactSecrets } from '../lib/redact.ts'
import { describeAction } from './describe.ts'
import type { RunbookInfo } from './ports.ts'

/** What the account is made of. */
export type AccountParts = {
  readonly incident: Incident
  readonly runbook: RunbookInfo | undefined
  readonly reason: string
  readonly detail: string
  readonly attempts: readonly Attempt[]
  /** What was last seen of the target, one line a replica. */
  readonly seen: readonly string[]
}

const longestAccount = 8_000
const longestPart = 500
/** The latest attempts are told in full, earlier ones are counted. */
const mostAttempts = 10

const clip = (text: string, length: number): string =>
  (text.length <= length ? text : `${text.slice(0, length - 1)}…`).toWellFormed()

const time = (at: number | null): string => (at === null ? '-' : new Date(at).toISOString())

const tellAttempt = ({ actedAt, reservedAt, rungName, actions, state, detail }: Attempt): string => {
  const words = clip(actions.map(describeAction).join(', '), longestPart)
  const said = detail === '' ? '' : ` (${clip(detail, longestPart)})`
  return `  ${time(actedAt ?? reservedAt)} rung "${rungName}": ${words} -> ${state}${said}`
}

const tellProof = ({ rungName, proof, evidence }: Attempt): string => {
  const looks = evidence.map(({ check, before, after }) => {
    const told = `before: ${before ?? 'not looked at'}; after: ${after ?? 'not looked at'}`
    return `    ${clip(check, longestPart)}: ${clip(told, longestPart)}`
  })
  return [`  rung "${rungName}": ${proof.replace('_', ' ')}`, ...looks].join('\n')
}

const section = (title: string, lines: readonly string[]): string =>
  `${title}\n${lines.length === 0 ? '  nothing' : lines.join('\n')}`

/** Writes the account. */
export function writeAccount(parts: AccountParts): string {
  const { incident, runbook, attempts, seen } = parts
  const told = attempts.slice(-mostAttempts)
  const earlier = attempts.length > told.length ? [`  ${attempts.length - told.length} earlier attempts`] : []
  const alert = clip(incident.labels.alertname ?? '(no alertname)', longestPart)
  const detail = parts.detail === '' ? '' : ` (${clip(parts.detail, longestPart)})`
  const text = [
    `selfheal stopped on ${incident.target}: ${parts.reason}${detail}.`,
    section('Seen:', [
      `  alert ${alert}, incident ${incident.id} open since ${time(incident.openedAt)}`,
      ...seen.map((line) => `  ${clip(line, longestPart)}`),
    ]),
    section('Tried:', [...earlier, ...told.map(tellAttempt)]),
    section('Proven:', told.map(tellProof)),
    ...(runbook === undefined
      ? []
      : [`Meaning: ${runbook.meaning}`, `Impact: ${runbook.impact}`, `What to do: ${runbook.mitigation}`]),
  ].join('\n')
  return clip(redactSecrets(text), longestAccount)
}
