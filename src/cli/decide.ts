/** `approve`, `reject`, `ack` and `close`: a person's word on an incident. */
import { askApi, type ServerAddress } from './api-client.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { type Fields, isFields, text } from './fields.ts'
import { printJson, printLine, say } from './output.ts'
import { proposalLines } from './proposal-text.ts'

/** Flags that all four share. */
export type DecisionFlags = {
  readonly comment?: string
  readonly asJson: boolean
}

const pathOf = (id: string, verb?: string): string => {
  if (!/^\d+$/.test(id)) throw new CommandFailed(exitCode.usage, `expected a number, found ${JSON.stringify(id)}`)
  return `/api/v1/incidents/${id}${verb === undefined ? '' : `/${verb}`}`
}

const bodyOf = (fields: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== false))

const print = (id: string, answer: unknown, asJson: boolean): void => {
  if (asJson) {
    printJson(answer)
    return
  }
  const { target, runbook, state, outcome, reason } = isFields(answer) ? answer : {}
  printLine(`incident ${id}  ${text(target)}  ${text(runbook)}  ${text(state)}  ${text(outcome)}  ${text(reason)}`)
}

/** The proposal that waits now, which is shown on standard error: that, and nothing else, is decided upon. */
const showProposal = async (address: ServerAddress, id: string): Promise<string> => {
  const incident = await askApi(address, pathOf(id))
  const proposal = isFields(incident) ? incident.proposal : undefined
  if (!isFields(proposal) || typeof proposal.id !== 'string') {
    const state = isFields(incident) ? text(incident.state) : '-'
    throw new CommandFailed(exitCode.conflict, `incident ${id} is ${state}: it has no proposal to decide upon`)
  }
  for (const line of proposalLines(proposal)) say(line)
  return proposal.id
}

/** Approves or rejects a proposal: the one that is named, else the current one, which is shown first. */
export async function decideProposal(
  address: ServerAddress,
  id: string,
  decision: DecisionFlags & {
    readonly verb: 'approve' | 'reject'
    readonly proposal?: string
    readonly overBudget?: boolean
  },
): Promise<void> {
  const { verb, comment, overBudget, asJson } = decision
  const path = pathOf(id, verb)
  const proposal = decision.proposal ?? (await showProposal(address, id))
  print(id, await askApi(address, path, bodyOf({ proposal, comment, overBudget })), asJson)
}

/** Acknowledges an escalation; with `resume` automation goes on. */
export async function acknowledge(
  address: ServerAddress,
  id: string,
  { comment, resume, asJson }: DecisionFlags & { readonly resume?: boolean },
): Promise<void> {
  print(id, await askApi(address, pathOf(id, 'ack'), bodyOf({ comment, resume })), asJson)
}

/** Closes an incident. */
export async function close(address: ServerAddress, id: string, { comment, asJson }: DecisionFlags): Promise<void> {
  print(id, await askApi(address, pathOf(id, 'close'), bodyOf({ comment })), asJson)
}
