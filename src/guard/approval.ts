/**
 * Approval: what a person has approved needs no further asking.
 *
 * It answers the reasons for which the person was asked, and nothing else: what refuses or defers does so after an
 * approval, too. Only an approval over budget also lets one attempt pass the budgets and the cooldown.
 */
import { allow, type Reason, type Verdict } from './verdict.ts'

/** A person's approval of exactly the proposal that is judged. */
export type Granted = {
  /** Name of the person's token. */
  readonly by: string
  /** The reasons for which the person was asked. */
  readonly answers: readonly Reason[]
  readonly isOverBudget: boolean
}

const passedOverBudget: readonly (Reason | null)[] = ['budget-exhausted', 'cooling-down']

const isAnswered = ({ verdict, reason }: Verdict, { answers, isOverBudget }: Granted): boolean => {
  if (verdict === 'ask') return reason !== null && answers.includes(reason)
  return verdict !== 'allow' && isOverBudget && passedOverBudget.includes(reason)
}

/** The verdicts, where those that the approval answers allow and say who approved; `null`: nobody has. */
export function answerAsks(verdicts: readonly Verdict[], granted: Granted | null): readonly Verdict[] {
  if (granted === null) return verdicts
  return verdicts.map((verdict) => {
    if (!isAnswered(verdict, granted)) return verdict
    const how = verdict.verdict === 'ask' ? 'approved' : 'approved over budget'
    return allow(verdict.guard, `${how} by ${granted.by}: ${verdict.detail}`)
  })
}
