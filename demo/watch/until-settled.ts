import { setTimeout as sleep } from 'node:timers/promises'
import { faults } from '../faults.ts'
import { isSettled } from '../judge.ts'
import type { Observation } from '../observation.ts'
import { poll } from './poll.ts'
import { lookAtShop } from './service.ts'
import { injectAndWatch, type Scene } from './watch.ts'

/** The longest that is waited for the end of every fault's story. */
const deadlineMs = 420_000

/** Injects every fault and watches until the story of each is over, or time is up; returns what was seen. */
export async function watchFaults(scene: Scene, isHealing: boolean, signal: AbortSignal): Promise<Observation[]> {
  const end = new AbortController()
  const until = AbortSignal.any([signal, end.signal])
  const shop = poll(lookAtShop(scene.addresses.shop, scene.tell), scene.tell, until)
  try {
    const watches = await Promise.all(faults.map((fault) => injectAndWatch(fault, scene, until)))
    const deadline = performance.now() + deadlineMs
    while (!watches.every((watch) => isSettled(watch.see(), isHealing)) && performance.now() < deadline)
      await sleep(250, undefined, { signal })
    const seen = watches.map((watch) => watch.see())
    end.abort()
    await Promise.all(watches.map((watch) => watch.ended))
    return seen
  } finally {
    end.abort()
    await shop
  }
}
