/** `incidents list` and `incidents show ID`. */
import { askApi, type ServerAddress } from './api-client.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { isFields, listOf, text } from './fields.ts'
import { printJson, printLine, printTable, say } from './output.ts'
import { proposalLines } from './proposal-text.ts'

/** What `incidents list` is asked for. */
export type ListQuery = {
  readonly state?: string
  readonly target?: string
  readonly runbook?: string
  readonly limit?: string
}

/** Prints the incidents, newest first; says so when the server has more than it was asked for. */
export async function listIncidents(address: ServerAddress, query: ListQuery, asJson: boolean): Promise<void> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const search = new URLSearchParams(given).toString()
  const answer = await askApi(address, `/api/v1/incidents${search === '' ? '' : `?${search}`}`)
  if (asJson) return printJson(answer)
  const rows = listOf(answer, 'incidents').map((incident) =>
    ['id', 'openedAt', 'target', 'runbook', 'state', 'outcome', 'reason', 'attempts'].map((field) =>
      text(incident[field]),
    ),
  )
  printTable(['ID', 'OPENED', 'TARGET', 'RUNBOOK', 'STATE', 'OUTCOME', 'REASON', 'ATTEMPTS'], rows)
  const hasMore = isFields(answer) && typeof answer.nextCursor === 'string'
  if (hasMore) say('there are more: raise --limit, or narrow with --state, --target or --runbook')
}

/** Prints one incident with its proposal, so that a person can decide, and its timeline. */
export async function showIncident(address: ServerAddress, id: string, asJson: boolean): Promise<void> {
  if (!/^\d+$/.test(id)) throw new CommandFailed(exitCode.usage, `expected a number, found ${JSON.stringify(id)}`)
  const answer = await askApi(address, `/api/v1/incidents/${id}`)
  if (asJson) return printJson(answer)
  const timeline = listOf(answer, 'timeline')
  const { target, runbook, state, outcome, reason } = isFields(answer) ? answer : {}
  printLine(`incident ${id}  ${text(target)}  ${text(runbook)}  ${text(state)}  ${text(outcome)}  ${text(reason)}`)
  const proposal = isFields(answer) ? answer.proposal : undefined
  if (isFields(proposal)) for (const line of proposalLines(proposal)) printLine(`  ${line}`)
  for (const event of timeline) printLine(`  ${text(event.at)}  ${text(event.kind)}  ${text(event.text)}`)
}
