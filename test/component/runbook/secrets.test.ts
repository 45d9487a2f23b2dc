import { describe, expect, test } from 'vitest'
import { describeThrown, summariseThrown } from '../../../src/runbook/thrown.ts'
import { aFolder, aHost, aRunbook, seen } from './runbook-folder.ts'

const secret = 'hunter2hunter2'
const throwing = `() => { throw new Error('cannot log in with password=${secret} at postgres://me:${secret}@db/shop') }`

describe('a secret in what an author throws or writes', () => {
  test('is masked where a runbook is broken', async () => {
    const host = await aHost(aFolder({ 'session.ts': aRunbook({ plan: throwing }) }))
    const outcome = await host.plan('one', 0, seen)
    expect(JSON.stringify(outcome)).not.toContain(secret)
    // The place is not taken for a secret, however the file is named.
    expect(outcome).toMatchObject({ detail: expect.stringMatching(/\[redacted\].* at file:.*session\.ts:\d+:\d+$/) })
  })

  test('is masked where a file does not load', async () => {
    const files = {
      'thrown.ts': `throw new Error('token: ${secret}')`,
      'named.ts': aRunbook({ within: `'password=${secret}'` }),
    }
    const host = await aHost(aFolder(files))
    expect(host.faults).toHaveLength(2)
    expect(JSON.stringify(host.faults)).not.toContain(secret)
  })

  test('is masked in what it writes and throws later', async () => {
    const lines: string[] = []
    const heard = Promise.withResolvers<void>()
    const log = (fields: Readonly<Record<string, unknown>>) => {
      lines.push(JSON.stringify(fields))
      if (['wrote', 'late'].every((word) => lines.join('').includes(word))) heard.resolve()
    }
    const before = `console.log('wrote token=${secret}')\nsetTimeout(() => { throw new Error('late token=${secret}') }, 0)`
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ before, summary: throwing }) }), { log })
    await host.summarise('one', seen)
    await heard.promise
    expect(lines.join('')).toContain('[redacted]')
    expect(lines.join('')).not.toContain(secret)
  })

  test('is masked in the error that ends the thread', async () => {
    const text = [
      "process.removeAllListeners('uncaughtException')",
      `setTimeout(() => { throw new Error('the end, token=${secret}') }, 0)`,
      'await new Promise(() => {})',
    ]
    const host = await aHost(aFolder({ 'one.ts': text.join('\n') }))
    expect(host.faults).toMatchObject([{ found: expect.stringContaining('the end, token=[redacted]') }])
  })

  test('is masked where the actions are none', async () => {
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ plan: `() => ['password=${secret}']` }) }))
    const outcome = await host.plan('one', 0, seen)
    expect(outcome.kind).toBe('broken')
    expect(JSON.stringify(outcome)).not.toContain(secret)
  })

  test('is masked before a long text is cut, and whatever is thrown', () => {
    const text = `${'x'.repeat(480)} password="${secret} ${secret}"`
    for (const thrown of [text, new Error(text), Object.assign(new Error('x'), { name: text })]) {
      expect(describeThrown(thrown)).not.toMatchObject({ message: expect.stringContaining('hunter') })
      expect(summariseThrown(thrown)).not.toContain('hunter')
    }
  })
})
