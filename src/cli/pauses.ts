/** `pause` and `resume`: an operator's stop, on one target or on everything. */
import { askApi, deleteFromApi, type ServerAddress } from './api-client.ts'
import { type Fields, isFields, listOf, text } from './fields.ts'
import { printJson, printLine, printTable, say } from './output.ts'

/** What `pause` asks for. */
export type PauseRequest = {
  /** `null`: everything. */
  readonly target: string | null
  readonly reason: string
  /** As it is written; `null`: until it is ended. */
  readonly for: string | null
}

const what = ({ target }: Fields): string => (typeof target === 'string' ? target : 'everything')

/** Begins a pause and prints it. */
export async function pause(address: ServerAddress, request: PauseRequest, asJson: boolean): Promise<void> {
  const answer = await askApi(address, '/api/v1/pauses', request)
  if (asJson) return printJson(answer)
  const begun = isFields(answer) ? answer : {}
  const until = typeof begun.until === 'string' ? `until ${begun.until}` : 'until it is resumed'
  printLine(`pause ${text(begun.id)}  ${what(begun)}  ${until}`)
}

/** Ends the pauses on exactly this target, or those of everything, and prints them. */
export async function resume(address: ServerAddress, target: string | null, asJson: boolean): Promise<void> {
  const search = target === null ? '' : `?${new URLSearchParams({ target })}`
  const answer = await deleteFromApi(address, `/api/v1/pauses${search}`)
  if (asJson) return printJson(answer)
  for (const ended of listOf(answer, 'pauses')) printLine(`pause ${text(ended.id)}  ${what(ended)}  resumed`)
}

/** Prints the pauses in force, or the newest ones, also those that are over. */
export async function listPauses(
  address: ServerAddress,
  { isAll, asJson }: { readonly isAll: boolean; readonly asJson: boolean },
): Promise<void> {
  const answer = await askApi(address, `/api/v1/pauses${isAll ? '?all=true' : ''}`)
  if (asJson) return printJson(answer)
  const pauses = listOf(answer, 'pauses')
  if (pauses.length === 0) say('nothing is paused')
  const rows = pauses.map((one) => [
    text(one.id),
    what(one),
    text(one.at),
    text(one.by),
    text(one.until),
    text(one.endedAt),
    text(one.endedBy),
    text(one.reason),
  ])
  printTable(['ID', 'TARGET', 'AT', 'BY', 'UNTIL', 'ENDED', 'ENDED BY', 'REASON'], rows)
}
