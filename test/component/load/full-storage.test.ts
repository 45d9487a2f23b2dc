import { expect, it } from 'vitest'
import { alert, notification } from '../../unit/http/fixture.ts'
import { startStand } from './stand.ts'

const body = JSON.stringify(notification(alert({ alertname: 'A', filler: 'x'.repeat(8_000) })))

it('a storage that is full answers 503 until there is room again, and says each of the two once', async () => {
  const stand = await startStand()
  const pages = Number(stand.connection.query('PRAGMA page_count', (row) => row.page_count).get())
  const limitPages = (most: number) => stand.connection.query(`PRAGMA max_page_count = ${most}`, (row) => row).get()

  limitPages(pages)
  const refused = await Promise.all(Array.from({ length: 10 }, () => stand.post(body)))
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503))
  expect((await stand.post(body)).status).toBe(503)
  expect(stand.stored()).toEqual([])

  limitPages(1_000_000)
  const accepted = await Promise.all(Array.from({ length: 10 }, () => stand.post(body)))
  expect(accepted.map(({ status }) => status)).toEqual(accepted.map(() => 202))
  expect(stand.stored()).toHaveLength(10)

  const said = stand.logged().filter(({ msg }) => String(msg).startsWith('storage takes'))
  expect(said).toMatchObject([
    { level: 50, msg: 'storage takes no notifications, senders are told to try again', err: { code: 'full' } },
    { level: 30, msg: 'storage takes notifications again', refused: 11 },
  ])
  const loud = stand.logged().filter(({ status, level }) => status === 503 && Number(level) >= 30)
  expect(loud).toHaveLength(1)
  await expect.poll(() => stand.results.filter((result) => result === 'unavailable')).toHaveLength(11)
})
