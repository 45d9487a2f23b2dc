// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how the environment is written
import { describe, expect, it } from 'vitest'
import { formatFaults } from '../../../src/config/config-fault.ts'
import { findUnknownRunbooks } from '../../../src/config/known-runbooks.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { writeFiles } from './temporary-files.ts'

const names = ['container-down', 'unresponsive'].map((name) => ({ name, parameters: null }))

const check = async (text: string) => {
  const asked: (readonly string[])[] = []
  const folder = writeFiles({ 'selfheal.yml': text })
  const findRunbooks = async (folders: readonly string[]) => {
    asked.push(folders)
    return names
  }
  const loaded = await loadConfig({ file: `${folder}/selfheal.yml`, env: {}, findRunbooks })
  return { asked, folder, told: loaded.ok ? '' : formatFaults(loaded.faults) }
}

describe('routes to runbooks', () => {
  it('are told by their place when nothing of that name was loaded', async () => {
    const { settings } = await loadConfig({
      file: `${writeFiles({ 'selfheal.yml': 'routes: [{match: [a=b]}, {match: [a=b], runbook: Container_Down}, {match: [c=d], runbook: unresponsive}]' })}/selfheal.yml`,
      env: {},
    }).then((loaded) => (loaded.ok ? loaded : Promise.reject(new Error(formatFaults(loaded.faults)))))
    expect(findUnknownRunbooks(settings, [...names, { name: 'Container_Down', parameters: null }])).toEqual([])
    expect(findUnknownRunbooks(settings, names)).toEqual([
      'routes[1].runbook: found "Container_Down", expected one of container-down, unresponsive (did you mean container-down?)',
    ])
    expect(findUnknownRunbooks(settings, [])).toEqual([
      'routes[1].runbook: found "Container_Down", expected a loaded runbook (there is none)',
      'routes[2].runbook: found "unresponsive", expected a loaded runbook (there is none)',
    ])
  })

  it('are faults of the configuration, beside all its others', async () => {
    const { told } = await check('mode: atuo\nroutes: [{match: [], runbook: no-such}, {match: [a=b], runbook: 7}]')
    expect(told.split('\n').map((line) => line.split(': ')[1])).toEqual([
      'mode',
      'routes[0].match',
      'routes[0].runbook',
      'routes[1].runbook',
    ])
  })

  it('are looked for in the folders that are named, relative ones beside the file', async () => {
    const { asked, folder } = await check('mode: atuo\nrunbooks: {folders: [mine, /srv/runbooks], deadline: 7}')
    expect(asked).toEqual([[`${folder}/mine`, '/srv/runbooks']])
    expect((await check('')).asked).toEqual([[expect.stringMatching(/\/runbooks$/)]])
  })

  it.each([
    'runbooks: {folders: 7}',
    'runbooks: {folders: [""]}',
    'runbooks: {folders: ["${NO}"]}',
    'runbooks: [x]',
    '[x]',
  ])('are left alone where the folders cannot be known: %s', async (text) => {
    const { asked, told } = await check(
      text.startsWith('[') ? text : `${text}\nroutes: [{match: [a=b], runbook: no-such}]`,
    )
    expect(asked).toEqual([])
    expect(told).not.toBe('')
    expect(told).not.toContain('no-such')
  })
})
