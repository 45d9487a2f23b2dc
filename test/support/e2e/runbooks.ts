/** Texts of runbooks that prove within moments, for tests in which the shipped ones' patience is not the point. */

/** What differs from runbook to runbook. */
export interface RunbookText {
  readonly name?: string
  readonly symptom?: string
  /** Statements before the runbook. */
  readonly before?: string
  readonly plan?: string
  /** Checks of every rung. */
  readonly verify?: string
  readonly budgets?: readonly string[]
  readonly within?: string
  readonly stableFor?: string
  readonly rungs?: readonly ('start' | 'restart')[]
}

/** A runbook that starts, then restarts, and asks the service itself whether that has helped. */
export function runbookText(text: RunbookText = {}): string {
  const { name = 'quick', symptom = 'down', before = '', rungs = ['start', 'restart'], budgets = ['3/1h'] } = text
  return `import { defineRunbook, probe, query, restart, running, start, Type } from 'selfheal'
${before}
export default defineRunbook({
  name: '${name}',
  urgency: 'down',
  summary: 'the service does not run',
  meaning: 'its process has ended',
  impact: 'it answers nobody',
  mitigation: 'look at its log',
  match: ['symptom="${symptom}"'],
  labels: Type.Object({}),
  limits: { budgets: ${JSON.stringify(budgets)}, cooldown: '0s' },
  ladder: [${rungs.map((rung) => rungText(rung, text)).join(', ')}],
  escalate: { severity: 'critical', summary: ({ target }) => target.lineage + ' does not stay up' },
})
`
}

function rungText(kind: 'start' | 'restart', text: RunbookText): string {
  const {
    plan = `({ target }) => [${kind}(target)]`,
    verify = '[probe({ port: 80 })]',
    within = '1500ms',
    stableFor = '300ms',
  } = text
  return `{
    name: '${kind}', risk: 'low', plan: ${plan}, verify: ${verify}, within: '${within}', stableFor: '${stableFor}',
  }`
}

/** The part of a configuration that acts by itself on the tests' engine, with runbooks from `runbooks/`. */
export function quickConfig(host: string): Readonly<Record<string, unknown>> {
  return {
    mode: 'auto',
    docker: { host },
    runbooks: { folders: ['runbooks'] },
    proof: { poll_interval: '100ms' },
  }
}
