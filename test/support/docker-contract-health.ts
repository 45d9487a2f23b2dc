/** The part of the Docker adapter's contract that says what is told of Docker's own health check. */
import { expect, it } from 'vitest'
import { recreate, restart } from '../../src/authoring/index.ts'
import type { Container } from '../../src/remediation/ports.ts'
import { type ContractCase, signal } from './docker-contract-fixture.ts'
import { waitFor } from './wait-for.ts'

const SECOND = 1_000_000_000
const healthcheck = (command: string, Interval: number) => ({
  config: { Healthcheck: { Test: ['CMD', command], Interval, Timeout: 5 * SECOND, Retries: 1 } },
})

const startedAt = ({ replica }: Container) => Date.parse(replica.startedAt ?? '')
const checkedAt = ({ replica }: Container) => Date.parse(replica.healthCheckedAt ?? '')

/** Declares the cases; `the` returns the current one. */
export function describeHealth(the: () => ContractCase): void {
  const until = async (health: string) => {
    await waitFor(async () => expect((await the().see()).replica.health).toBe(health))
    return the().see()
  }

  it.each([
    ['true', 'healthy'],
    ['false', 'unhealthy'],
  ] as const)('tells the verdict of a health check (%s) and when it was begun', async (command, health) => {
    await the().run(healthcheck(command, SECOND))
    const seen = await until(health)
    expect(checkedAt(seen)).toBeGreaterThanOrEqual(startedAt(seen))
    expect(checkedAt(seen)).toBeLessThanOrEqual(Date.now())
  })

  it('has no verdict before the first check has ended, and none at all without a check', async () => {
    await the().run(healthcheck('true', 600 * SECOND))
    await the().run({ service: 'plain' })
    expect((await the().see()).replica).toMatchObject({ health: 'starting', healthCheckedAt: null })
    expect((await the().see('plain')).replica).toMatchObject({ health: 'none', healthCheckedAt: null })
  })

  it('shows by its time that a verdict is older than a restart', async () => {
    await the().run(healthcheck('true', SECOND))
    await until('healthy')
    const before = await the().target()
    await the().docker.perform(restart(before), signal())
    const after = await the().see()
    expect(after.replica.health === 'starting').toBe(checkedAt(after) < startedAt(after))
    await waitFor(async () => {
      const seen = await the().see()
      expect(seen.replica.health).toBe('healthy')
      expect(checkedAt(seen)).toBeGreaterThanOrEqual(startedAt(seen))
    })
  })

  it('has no verdict of the old one when it was re-created', async () => {
    await the().run(healthcheck('true', 2 * SECOND))
    await until('healthy')
    await the().docker.perform(recreate(await the().target()), signal())
    const after = await the().see()
    if (after.replica.healthCheckedAt === null) expect(after.replica.health).toBe('starting')
    else expect(checkedAt(after)).toBeGreaterThanOrEqual(startedAt(after))
  })
}
