/** Accepts notifications for ever, several at a time, and prints each id once its promise resolved. Argument: the path. */
import { writeSync } from 'node:fs'
import { openStore } from '../../../src/store/open-store.ts'

const store = openStore({ path: process.argv[2] ?? '' })
writeSync(1, 'open\n')
for (let round = 0; ; round += 1) {
  const bodies = Array.from({ length: 5 }, (_, index) => Buffer.from(`round ${round}, body ${index}`))
  await Promise.all(
    bodies.map(async (body) => {
      const id = await store.inbox.accept(body, round)
      writeSync(1, `${id} ${body}\n`)
    }),
  )
}
