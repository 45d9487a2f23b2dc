/** Prometheus and HTTP probes as a test tells them to answer. */
import { AdapterError } from '../../src/lib/adapter-error.ts'
import type { MetricsPort, ProbeAnswer, ProbePort, Sample } from '../../src/remediation/ports.ts'

/** What a query is answered with; `error`: Prometheus cannot be reached; `silent`: it never answers. */
export type QueryAnswer = readonly Sample[] | 'error' | 'silent'

const broken = (): AdapterError => new AdapterError('prometheus', 'aborted', 'the query was broken off')

/** Metrics that a test scripts. */
export class SimulatedMetrics implements MetricsPort {
  readonly asked: { readonly expr: string; readonly at: number }[] = []
  answer: (expr: string, at: number) => QueryAnswer = () => []

  readonly evaluate = async (expr: string, at: number, signal: AbortSignal): Promise<readonly Sample[]> => {
    if (signal.aborted) throw broken()
    this.asked.push({ expr, at })
    const answer = this.answer(expr, at)
    if (answer === 'silent') {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(broken()), { once: true }))
    }
    if (answer === 'error')
      throw new AdapterError('prometheus', 'unreachable', 'no Prometheus at http://prometheus:9090')
    return answer
  }
}

/** A sample without labels. */
export function sample(value: number, at: number): Sample {
  return { labels: {}, value, at }
}

/** Probes that a test scripts. */
export class SimulatedProbes implements ProbePort {
  readonly asked: string[] = []
  answer: (url: string) => ProbeAnswer = () => ({ kind: 'status', status: 200 })

  readonly get = async (url: string): Promise<ProbeAnswer> => {
    this.asked.push(url)
    return this.answer(url)
  }
}
