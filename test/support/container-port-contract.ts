/** What every engine of containers promises about `recreate`: the simulated one, and Docker. */
import { expect, it } from 'vitest'
import { recreate } from '../../src/authoring/index.ts'
import type { ContainerPort } from '../../src/remediation/ports.ts'

/** A service of an engine, for one case. */
export type PortCase = {
  readonly port: ContainerPort
  readonly lineage: string
  /** Adds running, opted-in replicas. */
  readonly add: (count: number) => Promise<void>
  /** The process of the replica ends by itself. */
  readonly crash: (name: string) => Promise<void>
  /** A person restarts the replica. */
  readonly restartByHand: (name: string) => Promise<void>
  readonly signal: () => AbortSignal
}

/** Declares the cases; `the` returns the current one. */
export function describeContainerPort(the: () => PortCase): void {
  const see = async () => (await the().port.observe(the().lineage, the().signal())).map(({ replica }) => replica)
  const propose = async () => {
    const [engine = '', project = '', service = ''] = the().lineage.split('/')
    return recreate({ lineage: the().lineage, engine, project, service, replicas: await see() })
  }
  const perform = async () => the().port.perform(await propose(), the().signal())

  it('has a new container under each old name, running, and none of the old ones', async () => {
    await the().add(2)
    const before = await see()
    expect(await perform()).toMatchObject({ status: 'done' })
    const after = await see()
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name))
    expect(after.map(({ state }) => state)).toEqual(['running', 'running'])
    expect(after.filter(({ id }) => before.some((old) => old.id === id))).toEqual([])
  })

  it('starts the new container where the old one had ended', async () => {
    await the().add(1)
    const [old] = await see()
    await the().crash(old?.name ?? '')
    expect(await perform()).toMatchObject({ status: 'done' })
    expect(await see()).toMatchObject([{ name: old?.name, state: 'running', finishedAt: null, exitCode: 0 }])
  })

  it('refuses, and touches none, when one of them is not as it was proposed', async () => {
    await the().add(2)
    const action = await propose()
    await the().restartByHand(action.containers[1]?.name ?? '')
    const before = await see()
    const outcome = await the().port.perform(action, the().signal())
    expect(outcome).toMatchObject({ status: 'refused', reason: 'target-changed' })
    expect(await see()).toEqual(before)
  })

  it('refuses the second of two proposals for the same container', async () => {
    await the().add(1)
    const action = await propose()
    expect(await the().port.perform(action, the().signal())).toMatchObject({ status: 'done' })
    const outcome = await the().port.perform(action, the().signal())
    expect(outcome).toMatchObject({ status: 'refused', reason: 'target-changed' })
  })
}
