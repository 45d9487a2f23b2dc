import { expect, it, onTestFinished } from 'vitest'
import { createReconciliationJob } from '../../../src/schedule/reconciliation-job.ts'
import { recordingLog } from './recording-log.ts'

it('reconciles at every half minute, until it is stopped', { timeout: 60_000 }, async () => {
  const { log, lines } = recordingLog()
  const ran = Promise.withResolvers<number>()
  const job = createReconciliationJob({ reconcile: async () => ran.resolve(new Date().getSeconds()), log })
  onTestFinished(() => job.stop())
  await job.start()
  expect([0, 1, 2, 30, 31, 32]).toContain(await ran.promise)
  await job.stop()
  expect(lines).toEqual([])
})
