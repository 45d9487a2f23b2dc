/** The part of the Docker adapter's contract that says what becomes of a replacement that broke off. */
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { recreate } from '../../src/authoring/index.ts'
import type { ContractCase } from './docker-contract-fixture.ts'
import { waitFor } from './wait-for.ts'

/** Declares the cases; `the` returns the current one. */
export function describeBreakingOff(the: () => ContractCase): void {
  it.each(['create', 'kill', 'die', 'rename', 'start'])(
    'leaves one running container after the next start, when it broke off at the event %s',
    async (event) => {
      const { id, name } = await the().run({ restart: 'unless-stopped', stopTimeoutSeconds: 1 })
      const { docker, person } = the()
      const action = recreate(await the().target())
      const controller = new AbortController()
      const events = await person.getEvents({ filters: { type: ['container'], event: [event] } })
      if (!(events instanceof Readable)) throw new Error('events are a stream')
      const outcome = docker.perform(action, controller.signal)
      await once(events, 'data')
      controller.abort()
      events.destroy()
      await outcome
      await docker.stop()

      const from = Date.now() - 60_000
      const again = the().connect({ earlierActs: [{ containers: [id], from, until: from + 120_000 }] })
      // What the engine was doing when the call broke off may not have ended yet.
      await waitFor(async () => {
        await again.start()
        const seen = await the().see('web', again)
        expect(seen).toMatchObject({ replica: { name, state: 'running', restartPolicy: 'unless-stopped' } })
        expect(await the().namesOfAll()).toEqual([name])
      })
      expect((await the().see('web', again)).exitCause).toBeNull()
    },
  )

  it('starts the old one again that the engine goes on to stop, long after it broke off', async () => {
    const { id, name } = await the().run({
      restart: 'unless-stopped',
      stopTimeoutSeconds: 2,
      traps: { TERM: 'ignore' },
    })
    const { docker, person } = the()
    const { startedAt } = (await the().see()).replica
    const action = recreate(await the().target())
    const controller = new AbortController()
    const events = await person.getEvents({ filters: { type: ['container'], event: ['kill'] } })
    if (!(events instanceof Readable)) throw new Error('events are a stream')
    const outcome = docker.perform(action, controller.signal)
    await once(events, 'data')
    controller.abort()
    events.destroy()
    await outcome
    await docker.stop()

    const from = Date.now() - 60_000
    const again = the().connect({ earlierActs: [{ containers: [id], from, until: from + 120_000 }] })
    await again.start()
    await waitFor(async () => {
      const { replica } = await the().see('web', again)
      expect(replica).toMatchObject({ id, name, state: 'running', restartPolicy: 'unless-stopped' })
      expect(replica.startedAt).not.toBe(startedAt)
    })
    expect(await the().namesOfAll()).toEqual([name])
  })
}
