// Takes orders. Without the stock there is no order; without a price the last known one is charged.
import { createCounters } from './counters.ts'
import { serve } from './serve.ts'

const counters = createCounters({
  http_requests_total: 'Requests by path and status.',
  shop_orders_total: 'Orders, by what became of them.',
})

let lastPrice = 19.9

serve({ port: 8080 }, { 'GET /order': order }, counters)

async function order() {
  const [stock, price] = await Promise.all([ask('http://stock:8080/stock'), ask('http://pricing:8080/price')])
  if (typeof stock?.available !== 'number') {
    counters.count('shop_orders_total', { outcome: 'failed' })
    return { status: 502, body: { error: 'the stock does not answer' } }
  }
  const isPriced = typeof price?.price === 'number'
  if (isPriced) lastPrice = Number(price.price)
  counters.count('shop_orders_total', { outcome: isPriced ? 'complete' : 'at-last-price' })
  return { status: 200, body: { available: stock.available, price: lastPrice } }
}

async function ask(url: string): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(400) })
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
