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
  /** Epoch milliseconds. */
  readonly now: number
}

const longestText = 8_000

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`)

const time = (at: number | null): string => (at === null ? '-' : new Date(at).toISOString())

const tellAttempt = (attempt: Attempt): string => {
  const actions = attempt.actions.map(describeAction).join(', ')
  const evidence = attempt.evidence.map(({ check, before, after }) => {
    return `    ${check}: before: ${before ?? 'not looked at'}; after: ${after ?? 'not looked at'}`
  })
  const head = `  ${time(attempt.actedAt ?? attempt.reservedAt)} rung "${attempt.rungName}": ${actions}`
  return [`${head} -> ${attempt.state}, proof ${attempt.proof}`, ...evidence, ...said(attempt.detail)].join('\n')
}

const said = (detail: string): readonly string[] => (detail === '' ? [] : [`    ${detail}`])

const section = (title: string, lines: readonly string[]): string =>
  `${title}\n${lines.length === 0 ? '  nothing' : lines.join('\n')}`

/** Writes the account. */
export function writeAccount(parts: AccountParts): string {
  const { incident, runbook, attempts } = parts
  const alert = incident.labels.alertname ?? '(no alertname)'
  const text = [
    `selfheal stopped on ${incident.target}: ${parts.reason}${parts.detail === '' ? '' : ` (${parts.detail})`}.`,
    section('Seen:', [
      `  alert ${alert}, incident ${incident.id} open since ${time(incident.openedAt)}`,
      ...parts.seen.map((line) => `  ${line}`),
    ]),
    section('Tried:', attempts.map(tellAttempt)),
    ...(runbook === undefined
      ? []
      : [`Meaning: ${runbook.meaning}`, `Impact: ${runbook.impact}`, `What to do: ${runbook.mitigation}`]),
  ].join('\n')
  return clip(redactSecrets(text), longestText)
}
