import { expect, it } from 'vitest'
import { readNotification, readNotificationInSlices } from '../../../src/alert/notification.ts'

const bodyOf = (alerts: readonly unknown[]): Buffer => Buffer.from(JSON.stringify({ version: '4', alerts }))

const receivedAt = Date.parse('2026-03-01T10:00:00Z')

it('a notification that is read in slices says the same, and pauses after the parsing and after each 500 alerts', async () => {
  const alerts = Array.from({ length: 1_600 }, (_, index) =>
    index % 100 === 7 ? { status: 'broken' } : { status: 'firing', labels: { instance: `${index}` } },
  )
  let pauses = 0
  const pause = async (): Promise<void> => {
    pauses += 1
  }
  const reading = await readNotificationInSlices(bodyOf(alerts), receivedAt, pause)
  expect(reading).toEqual(readNotification(bodyOf(alerts), receivedAt))
  expect(reading).toMatchObject({ ok: true, notification: { alerts: { length: 1_584 }, unusable: { length: 16 } } })
  expect(pauses).toBe(4)
})

it('what is no notification is found out in slices as well', async () => {
  const pause = async (): Promise<void> => {}
  expect(await readNotificationInSlices(Buffer.from('{'), receivedAt, pause)).toEqual({
    ok: false,
    reason: 'the body is not JSON',
  })
  expect(await readNotificationInSlices(Buffer.from('{}'), receivedAt, pause)).toMatchObject({ ok: false })
})
