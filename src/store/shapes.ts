/** Shapes of the values that are kept as JSON: enough is checked to tell our own records from anything else. */
import { type Action, actionKinds } from '../authoring/action.ts'
import { type Verdict, verdictKinds } from '../guard/verdict.ts'
import type { Approval, Evidence, Proposal } from '../incident/record.ts'
import type { EscalationMessage } from '../remediation/ports.ts'
import { isObject, isStrings } from './row.ts'

const isOneOf = (value: unknown, words: readonly string[]): boolean => words.some((word) => word === value)

/** Whether a stored value is an action of a known kind. */
export const isAction = (value: unknown): value is Action =>
  isObject(value) &&
  isOneOf(value.kind, actionKinds) &&
  typeof value.target === 'string' &&
  Array.isArray(value.containers)

/** Whether a stored value is a guard's verdict. */
export const isVerdict = (value: unknown): value is Verdict =>
  isObject(value) && typeof value.guard === 'string' && isOneOf(value.verdict, verdictKinds)

/** Whether a stored value is the evidence of one check. */
export const isEvidence = (value: unknown): value is Evidence =>
  isObject(value) && typeof value.check === 'string' && typeof value.at === 'number'

/** Whether a stored value is a person's approval. */
export const isApproval = (value: unknown): value is Approval =>
  isObject(value) &&
  typeof value.by === 'string' &&
  typeof value.comment === 'string' &&
  typeof value.at === 'number' &&
  typeof value.until === 'number' &&
  typeof value.isOverBudget === 'boolean'

/** Whether a stored value is a proposal. */
export const isProposal = (value: unknown): value is Proposal =>
  isObject(value) &&
  typeof value.id === 'string' &&
  typeof value.rung === 'number' &&
  Array.isArray(value.actions) &&
  value.actions.every(isAction) &&
  Array.isArray(value.verdicts) &&
  value.verdicts.every(isVerdict) &&
  (value.approval === undefined || isApproval(value.approval))

/** Whether a stored value is an escalation's message. */
export const isEscalationMessage = (value: unknown): value is EscalationMessage =>
  isObject(value) &&
  typeof value.incident === 'number' &&
  isOneOf(value.status, ['firing', 'resolved']) &&
  typeof value.startsAt === 'number' &&
  isStrings(value.labels) &&
  isStrings(value.annotations)
