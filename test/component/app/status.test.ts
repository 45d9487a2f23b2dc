import { expect, it } from 'vitest'
import { createStatus } from '../../../src/app/status.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import type { Pause } from '../../../src/guard/pause.ts'

it.each([
  ['nothing is paused', [], false],
  ['one target is paused', ['local/shop/web'], false],
  ['everything is paused', ['local/shop/web', null], true],
])('the status says paused only where everything is: %s', async (_, targets, paused) => {
  const loaded = await loadConfig({ env: {} })
  if (!loaded.ok) throw new Error('the defaults have faults')
  const pauses: readonly Pause[] = targets.map((target, index) => ({
    ...{ id: index + 1, target, reason: 'deploy', by: 'ada', at: 1, until: null, endedAt: null, endedBy: null },
  }))
  const status = createStatus(loaded.settings, {
    seen: () => 'up',
    reconciledAt: () => null,
    pausesInForce: () => pauses,
  })
  expect(status().paused).toBe(paused)
})
