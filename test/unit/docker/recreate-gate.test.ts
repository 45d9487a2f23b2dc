import { describe, expect, it } from 'vitest'
import { createGate } from '../../../src/docker/recreate-gate.ts'

/** A piece of work that says when it begins and ends when it is told to. */
function piece(log: string[], name: string) {
  const ending = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const work = async () => {
    log.push(`${name} begins`)
    begun.resolve()
    await ending.promise
    log.push(`${name} ends`)
    return name
  }
  return { work, begun: begun.promise, end: ending.resolve, fail: ending.reject }
}

describe('the gate between looks and changes of names', () => {
  it('lets several look at once', async () => {
    const log: string[] = []
    const gate = createGate()
    const [one, two] = [piece(log, 'one'), piece(log, 'two')]
    const looks = [gate.looking(one.work), gate.looking(two.work)]
    await Promise.all([one.begun, two.begun])
    two.end()
    one.end()
    expect(await Promise.all(looks)).toEqual(['one', 'two'])
    expect(log.slice(0, 2)).toEqual(['one begins', 'two begins'])
  })

  it('begins a change when the looks that were under way have ended, and later looks after it', async () => {
    const log: string[] = []
    const gate = createGate()
    const [look, swap, later] = [piece(log, 'look'), piece(log, 'swap'), piece(log, 'later look')]
    const looking = gate.looking(look.work)
    await look.begun
    const swapping = gate.unseen(swap.work)
    const lookingLater = gate.looking(later.work)
    look.end()
    await swap.begun
    swap.end()
    await later.begun
    later.end()
    await Promise.all([looking, swapping, lookingLater])
    expect(log).toEqual([
      ...['look begins', 'look ends', 'swap begins', 'swap ends'],
      ...['later look begins', 'later look ends'],
    ])
  })

  it('is open again after work that has failed', async () => {
    const gate = createGate()
    const [look, swap] = [piece([], 'look'), piece([], 'swap')]
    const looking = gate.looking(look.work)
    const swapping = gate.unseen(swap.work)
    look.fail(new Error('no list'))
    swap.fail(new Error('no name'))
    await expect(looking).rejects.toThrow('no list')
    await expect(swapping).rejects.toThrow('no name')
    expect(await gate.looking(async () => 'seen')).toBe('seen')
  })
})
