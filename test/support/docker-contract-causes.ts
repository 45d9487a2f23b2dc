/** The part of the Docker adapter's contract that says who ended a container. */
import { expect, it } from 'vitest'
import type { ContractCase } from './docker-contract-fixture.ts'

/** Declares the cases; `the` returns the current one. */
export function describeExitCauses(the: () => ContractCase): void {
  it.each(['no', 'on-failure'] as const)(
    'calls an end by a signal of the host a crash, under policy %s',
    async (policy) => {
      const { signalFromHost } = await the().run({ restart: policy, traps: { USR1: policy === 'no' ? 3 : 0 } })
      await signalFromHost('USR1')
      await the().untilEnded()
      await the().expectCause('crash')
    },
  )

  it.each(['no', 'always'] as const)('calls a stop through the engine a person, under policy %s', async (policy) => {
    const { id } = await the().run({ restart: policy, traps: { TERM: 0 } })
    await the().person.getContainer(id).stop()
    await the().expectCause('person')
    expect((await the().see()).isReplica).toBe(true)
  })

  it('calls a kill through the engine a person', async () => {
    const { id } = await the().run()
    await the().person.getContainer(id).kill()
    await the().expectCause('person')
  })

  it('calls a crash some time after a reload signal a crash, not a person', async () => {
    const { id, signalFromHost } = await the().run({ traps: { HUP: 'ignore' } })
    await the().person.getContainer(id).kill({ signal: 'SIGHUP' })
    await signalFromHost('KILL')
    await the().untilEnded()
    await the().expectCause('crash')
  })

  it('calls a process that a reload signal ended a person', async () => {
    const { id } = await the().run()
    await the().person.getContainer(id).kill({ signal: 'SIGHUP' })
    await the().untilEnded()
    await the().expectCause('person')
  })

  it('learns from replayed events what happened before it watched', async () => {
    const late = the().connect()
    const { id, signalFromHost } = await the().run()
    await signalFromHost('KILL')
    await the().untilEnded('web', late)
    await late.start()
    await the().expectCause('crash', late)
    await the().person.getContainer(id).start()
    await the().person.getContainer(id).stop()
    const later = the().connect()
    await later.start()
    await the().expectCause('person', later)
  })

  it('asks, where nothing was seen and no restart policy tells', async () => {
    const blind = the().connect()
    const { id } = await the().run({ service: 'none' })
    await the().person.getContainer(id).stop()
    const always = await the().run({ service: 'always', restart: 'always' })
    await the().person.getContainer(always.id).stop()
    expect((await the().see('none', blind)).exitCause).toBe('unknown')
    expect((await the().see('always', blind)).exitCause).toBe('person')
  })
}
