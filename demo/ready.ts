import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from 'typebox'
import { answersOk, fetchJson } from './fetch-json.ts'
import type { Addresses } from './ports.ts'

/** What has to hold before a fault means anything. */
export type Condition = {
  /** What is waited for, for a person. */
  readonly what: string
  readonly holds: (signal: AbortSignal) => Promise<boolean>
}

/** Waits until the condition holds; rejects after a minute, with what was found last. */
export async function waitUntil({ what, holds }: Condition, signal: AbortSignal, intervalMs = 250): Promise<void> {
  const deadline = performance.now() + 60_000
  let last = 'it does not hold yet'
  while (performance.now() < deadline) {
    try {
      if (await holds(signal)) return
    } catch (error) {
      signal.throwIfAborted()
      last = error instanceof Error ? error.message : String(error)
    }
    await sleep(intervalMs, undefined, { signal })
  }
  throw new Error(`waited a minute for ${what}: ${last}`)
}

const targetsSchema = Type.Object({
  data: Type.Object({ activeTargets: Type.Array(Type.Object({ health: Type.String(), scrapeUrl: Type.String() })) }),
})

const querySchema = Type.Object({
  data: Type.Object({ result: Type.Array(Type.Object({ value: Type.Tuple([Type.Number(), Type.String()]) })) }),
})

const statusSchema = Type.Object({
  docker: Type.Record(Type.String(), Type.String()),
  prometheus: Type.String(),
  alertmanager: Type.Array(Type.String()),
})

/** Everything that has to hold before the first fault: all of it answers, every target is up, orders flow, and selfheal sees its world. */
export function readyConditions(addresses: Addresses, token: string): readonly Condition[] {
  const { prometheus, alertmanager, selfheal, pager } = addresses
  return [
    { what: 'Prometheus', holds: (signal) => answersOk(`${prometheus}/-/ready`, signal) },
    { what: 'Alertmanager', holds: (signal) => answersOk(`${alertmanager}/-/ready`, signal) },
    { what: 'the pager', holds: (signal) => answersOk(`${pager}/healthz`, signal) },
    { what: 'every target of Prometheus to be up', holds: (signal) => areTargetsUp(prometheus, signal) },
    { what: 'orders to flow, as Prometheus sees them', holds: (signal) => doOrdersFlow(prometheus, signal) },
    {
      what: 'selfheal to reach Docker, Prometheus and Alertmanager',
      holds: async (signal) => {
        const status = await fetchJson({ url: `${selfheal}/api/v1/status`, schema: statusSchema, token }, signal)
        const states = [...Object.values(status.docker), status.prometheus, ...status.alertmanager]
        if (states.every((state) => state === 'up')) return true
        throw new Error(JSON.stringify(status))
      },
    },
  ]
}

async function areTargetsUp(prometheus: string, signal: AbortSignal): Promise<boolean> {
  const url = `${prometheus}/api/v1/targets?state=active`
  const { data } = await fetchJson({ url, schema: targetsSchema }, signal)
  const down = data.activeTargets.filter((target) => target.health !== 'up').map((target) => target.scrapeUrl)
  if (down.length > 0) throw new Error(`not up: ${down.join(', ')}`)
  return data.activeTargets.length > 0
}

async function doOrdersFlow(prometheus: string, signal: AbortSignal): Promise<boolean> {
  const query = 'sum(increase(load_requests_total{outcome="ok"}[10s]))'
  const url = `${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`
  const { data } = await fetchJson({ url, schema: querySchema }, signal)
  return Number(data.result[0]?.value[1] ?? 0) > 0
}
