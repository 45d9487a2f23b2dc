/** A proposal as people read it: enough to decide upon it. */
import { type Fields, isFields, text } from './fields.ts'
import { section, writeAction, writeVerdict } from './plan-text.ts'

const itemsOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

/** Id, rung and risk, actions, verdicts, and the approval if there is one; whatever the server answered. */
export function proposalLines(proposal: Fields): readonly string[] {
  const { id, rungName, risk, actions, verdicts, approval } = proposal
  const approved = isFields(approval)
    ? [`approved by ${text(approval.by)} at ${text(approval.at)}, holds until ${text(approval.until)}`]
    : []
  return [
    `proposal ${text(id)}: rung "${text(rungName)}", risk ${text(risk)}`,
    ...section('actions', itemsOf(actions).map(writeAction)).slice(1),
    ...section('verdicts', itemsOf(verdicts).map(writeVerdict)).slice(1),
    ...approved,
  ]
}
