// Takes orders. What a part of the shop that fails would have added is left out, the last known price is charged, and the
// order is kept (202) to be completed later: one service's trouble is not the next one's.
import { createCounters } from './counters.ts'
import { serve } from './serve.ts'

const counters = createCounters({
  http_requests_total: 'Requests by path and status.',
  shop_orders_total: 'Orders, by what became of them.',
})

let lastPrice = 19.9
let orders = 0

serve({ port: 8080 }, { 'GET /order': order }, counters)

async function order() {
  const customer = orders++ % 10
  const [stock, price, reviews, payment] = await Promise.all([
    ask('http://stock:8080/stock'),
    ask('http://pricing:8080/price'),
    ask('http://reviews:8080/reviews'),
    ask(`http://payment:8080/charge?customer=${customer}`),
  ])
  if (typeof price?.price === 'number') lastPrice = price.price
  const parts = { stock, price, reviews, payment }
  const missing = Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [name] : []))
  counters.count('shop_orders_total', { outcome: missing.length === 0 ? 'complete' : 'incomplete' })
  return { status: missing.length === 0 ? 200 : 202, body: { price: lastPrice, missing } }
}

async function ask(url: string): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(400) })
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
