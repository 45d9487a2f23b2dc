import { expect, it } from 'vitest'
import { aFolder, aHost, aRunbook } from './runbook-folder.ts'

const names = (host: Awaited<ReturnType<typeof aHost>>) => host.list().map(({ name }) => name)

it('a reload takes other folders, and later ones stay with them', async () => {
  const host = await aHost(aFolder({ 'one.ts': aRunbook({ name: 'one' }) }))
  const folders = [aFolder({ 'two.ts': aRunbook({ name: 'two' }) })]
  expect((await host.reload({ folders })).isSwapped).toBe(true)
  expect(names(host)).toEqual(['two'])
  expect((await host.reload()).isSwapped).toBe(true)
  expect(names(host)).toEqual(['two'])
})

it('a reload that is refused by who asked for it changes nothing, the folders neither', async () => {
  const host = await aHost(aFolder({ 'one.ts': aRunbook({ name: 'one' }) }))
  const folders = [aFolder({ 'two.ts': aRunbook({ name: 'two' }) })]
  const asked: (readonly string[])[] = []
  const isUsable = (infos: readonly { readonly name: string }[]) => {
    asked.push(infos.map(({ name }) => name))
    return false
  }
  expect((await host.reload({ folders, isUsable })).isSwapped).toBe(false)
  expect(asked).toEqual([['two']])
  await host.reload()
  expect(names(host)).toEqual(['one'])
})
