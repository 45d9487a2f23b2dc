// Orders five times a second, and counts what it gets.
import { setTimeout as sleep } from 'node:timers/promises'
import { createCounters } from './counters.ts'
import { serve } from './serve.ts'

/** What an order was answered with: taken in full, or kept to be completed later. */
const outcomes: Readonly<Record<number, string>> = { 200: 'ok', 202: 'incomplete' }

const counters = createCounters({ load_requests_total: 'Orders that were tried, by what came back.' })

serve({ port: 8080 }, {}, counters)

while (true) {
  counters.count('load_requests_total', { outcome: await tryOrder() })
  await sleep(200)
}

async function tryOrder(): Promise<string> {
  try {
    const answer = await fetch('http://shop:8080/order', { signal: AbortSignal.timeout(2_000) })
    await answer.arrayBuffer()
    return outcomes[answer.status] ?? 'refused'
  } catch {
    return 'no-answer'
  }
}
