import type { Verdict } from './judge.ts'
import type { Timings } from './timings.ts'

/** What a run found, beside its verdicts. */
export type RunFacts = {
  readonly timings: Timings
  /** From `compose up` of selfheal to its first ready answer. */
  readonly readyMs: number
  readonly isHealing: boolean
}

/** The results for machines; instants are RFC 3339. */
export type Results = {
  readonly ok: boolean
  readonly faults: readonly {
    readonly name: string
    readonly target: string
    readonly expected: 'recovered' | 'escalated'
    readonly injectedAt: string
    readonly detectedAt: string | null
    readonly actedAt: string | null
    readonly recoveredAt: string | null
    readonly escalatedAt: string | null
    readonly ok: boolean
  }[]
}

const headings = ['fault', 'target', 'expected', 'detected', 'acted', 'answers', 'proven', 'escalated', 'pages', 'ok']

/** Returns the results for machines; a run without any fault is not ok. */
export function resultsOf(verdicts: readonly Verdict[]): Results {
  return {
    ok: verdicts.length > 0 && verdicts.every((verdict) => verdict.isOk),
    faults: verdicts.map((verdict) => ({
      name: verdict.name,
      target: verdict.target,
      expected: verdict.expected,
      injectedAt: new Date(verdict.injectedAt).toISOString(),
      detectedAt: rfc3339(verdict.detectedAt),
      actedAt: rfc3339(verdict.actedAt),
      recoveredAt: rfc3339(verdict.recoveredAt),
      escalatedAt: rfc3339(verdict.escalatedAt),
      ok: verdict.isOk,
    })),
  }
}

/** Returns the report for people: a table in seconds since each fault's injection, what is wrong, and the timings behind it. */
export function reportOf(verdicts: readonly Verdict[], { timings, readyMs, isHealing }: RunFacts): string {
  const rows = [headings, ...verdicts.map(rowOf)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const problems = verdicts.flatMap((verdict) => verdict.problems.map((problem) => `- ${verdict.name}: ${problem}`))
  return [
    '',
    ...lines,
    '',
    'Seconds are counted from the fault. Pages are what Alertmanager sent a person beside the escalation.',
    `The waiting in them: scrape ${timings.scrape}, evaluation ${timings.evaluation}, for ${timings.for.ServiceDown} ` +
      `(errors: ${timings.for.ServiceErrors}, proven over two minutes), group_wait ${timings.groupWait}, group_interval ${timings.groupInterval}.`,
    `selfheal was ready ${seconds(readyMs)} after its compose up.`,
    ...(isHealing ? [] : ['Healing was off: what is unrecovered here is what selfheal is there for.']),
    ...(problems.length === 0 ? [] : ['', 'Not as expected:', ...problems]),
    '',
  ].join('\n')
}

function rowOf(verdict: Verdict): string[] {
  const after = (at: number | null) => (at === null ? '-' : seconds(at - verdict.injectedAt))
  return [
    verdict.name,
    verdict.target,
    verdict.expected,
    after(verdict.detectedAt),
    after(verdict.actedAt),
    after(verdict.answeredAt),
    after(verdict.recoveredAt),
    after(verdict.escalatedAt),
    String(verdict.pages),
    verdict.isOk ? 'yes' : 'NO',
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

function rfc3339(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
