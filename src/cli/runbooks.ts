/** `runbooks`: which ones a running selfheal has loaded, and which it cannot use. */
import { askApi, type ServerAddress } from './api-client.ts'
import { type Fields, isFields, listOf, text } from './fields.ts'
import { printJson, printTable, say } from './output.ts'

const ladderOf = ({ ladder }: Fields): string =>
  Array.isArray(ladder) ? ladder.map((rung: unknown) => (isFields(rung) ? text(rung.name) : '-')).join(' > ') : '-'

const matchOf = ({ match }: Fields): string => (Array.isArray(match) ? match.map(text).join(', ') : '-')

/** Prints the loaded runbooks as a table; says on standard error which files cannot be used, and why. */
export async function listRunbooks(address: ServerAddress, asJson: boolean): Promise<void> {
  const answer = await askApi(address, '/api/v1/runbooks')
  if (asJson) return printJson(answer)
  const rows = listOf(answer, 'runbooks').map((runbook) => [
    text(runbook.name),
    text(runbook.urgency),
    matchOf(runbook),
    ladderOf(runbook),
    text(runbook.file),
  ])
  const broken = listOf(answer, 'broken')
  printTable(['NAME', 'URGENCY', 'MATCH', 'LADDER', 'FILE'], rows)
  for (const { file, detail } of broken) say(`not usable: ${text(file)}: ${text(detail)}`)
}
