import { expect, it } from 'vitest'
import { createBreathe } from '../../../src/app/breathe.ts'

/** Time passes, and notifications come in, whenever somebody looks. */
const look = (step: { readonly ms: number; readonly notifications: number }) => {
  const state = { at: 0, accepted: 0, step }
  const breathe = createBreathe({
    accepted: () => {
      state.accepted += state.step.notifications
      return state.accepted
    },
    now: () => {
      state.at += state.step.ms
      return state.at
    },
  })
  const pause = async (): Promise<number> => {
    const from = state.at
    await breathe()
    return state.at - from
  }
  return { state, pause }
}

it('lets everything that waits have one turn while nothing comes in', async () => {
  const { pause } = look({ ms: 1, notifications: 0 })
  await pause()
  expect(await pause()).toBeLessThan(10)
})

it('waits in a rush, but never longer than 250 ms', async () => {
  const { pause } = look({ ms: 3, notifications: 5 })
  await pause()
  const tookMs = await pause()
  expect(tookMs).toBeGreaterThanOrEqual(250)
  expect(tookMs).toBeLessThan(300)
})

it('goes on as soon as the rush is over', async () => {
  const { state, pause } = look({ ms: 1, notifications: 5 })
  await pause()
  const paused = pause()
  state.step = { ms: 1, notifications: 0 }
  expect(await paused).toBeLessThan(60)
})

it('does not take for a rush what came in before it had something to do', async () => {
  const { state, pause } = look({ ms: 1, notifications: 0 })
  await pause()
  state.at += 60_000
  state.accepted += 1_000
  expect(await pause()).toBeLessThan(10)
})

it('waits for 20 ms at most once a rush has lasted ten seconds, and patiently again in the next one', async () => {
  const { state, pause } = look({ ms: 3, notifications: 5 })
  await pause()
  const paused = pause()
  state.at += 11_000
  await paused
  const impatientMs = await pause()
  expect(impatientMs).toBeGreaterThanOrEqual(20)
  expect(impatientMs).toBeLessThan(50)
  state.at += 60_000
  await pause()
  expect(await pause()).toBeGreaterThanOrEqual(250)
})
