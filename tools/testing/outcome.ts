/** What a tier's run came to. `problem` is what made it fail besides failed tests, say that it ran none. */
export interface TierOutcome {
  readonly tier: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  readonly problem?: string
}

/** Whether the tier did what it is for: it ran tests, all of them, and all passed. */
export function isGood(outcome: TierOutcome): boolean {
  return outcome.problem === undefined && outcome.failed === 0 && outcome.skipped === 0 && outcome.passed > 0
}

/** The table of tiers, what was wrong with each, and the totals as the last line. */
export function describeOutcomes(outcomes: readonly TierOutcome[]): string {
  const head = ['tier', 'tests', 'passed', 'failed', 'skipped', 'seconds']
  const rows = outcomes.map(({ tier, passed, failed, skipped, seconds }) =>
    [tier, passed + failed + skipped, passed, failed, skipped, seconds.toFixed(1)].map(String),
  )
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(' | '),
  )
  const problems = outcomes.flatMap((outcome) => problemsOf(outcome).map((problem) => `${outcome.tier}: ${problem}`))
  const total = (count: (outcome: TierOutcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0)
  const totals = `${total((outcome) => outcome.passed)} passed, ${total((outcome) => outcome.failed)} failed`
  return ['', ...lines, '', ...problems, totals].join('\n')
}

function problemsOf({ problem, skipped, passed, failed }: TierOutcome): string[] {
  if (problem !== undefined) return [problem]
  if (passed + failed + skipped === 0) return ['it ran no test']
  return skipped > 0 ? [`${skipped} skipped: every test must run`] : []
}
