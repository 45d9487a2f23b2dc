import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { countCommits } from '../../support/temporary-store.ts'
import { alert, notification } from '../../unit/http/fixture.ts'
import { startStand } from './stand.ts'

const bodies = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify(notification(alert({ alertname: 'A', number: `${index}` }))),
  )

it('a thousand notifications at once are all accepted, and share a few commits', async () => {
  const stand = await startStand({ maxBodyBytes: 1024 * 1024 })
  const sent = bodies(1000)
  // Senders keep their connections: a new one is taken in with each turn of the event loop, and would spread them.
  await Promise.all(sent.map(() => stand.healthy()))
  const before = countCommits(stand.folder)
  const answers = await Promise.all(sent.map((body) => stand.post(body)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1000)
  expect(stand.stored().toSorted()).toEqual(sent.toSorted())
  expect(countCommits(stand.folder) - before).toBeLessThan(100)
})

it('one that cannot be stored does not take the others of its commit with it', async () => {
  const stand = await startStand()
  const sent = bodies(20)
  const refused = sent[7] ?? ''
  stand.connection.script(`
    CREATE TRIGGER refuse BEFORE INSERT ON notifications WHEN new.sha256 = '${hash('sha256', refused)}'
    BEGIN SELECT raise(ABORT, 'refused by the test'); END`)
  const answers = await Promise.all(sent.map((body) => stand.post(body)))
  expect(answers.map(({ status }) => status)).toEqual(sent.map((body) => (body === refused ? 500 : 202)))
  expect(stand.stored().toSorted()).toEqual(sent.filter((body) => body !== refused).toSorted())
})
