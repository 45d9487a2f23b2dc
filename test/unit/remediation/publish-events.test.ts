import { expect, test } from 'vitest'
import type { NewEvent } from '../../../src/remediation/ledger.ts'
import { publishEvents } from '../../../src/remediation/publish-events.ts'
import { newIncident, openTemporaryStore } from '../../support/temporary-store.ts'

const setUp = (listener?: (text: string) => void) => {
  const { ledger } = openTemporaryStore()
  const { id } = ledger.openIncident(newIncident('local/shop/web'))
  const told: string[] = []
  const published = publishEvents(ledger, ({ text }) => {
    told.push(text)
    listener?.(text)
  })
  const event = (text: string): NewEvent => ({ incident: id, at: 1, kind: 'pre-check', text })
  return { ledger: published, told, event, recorded: () => ledger.timeline(id).map(({ text }) => text) }
}

test('events are told after the outermost transaction, in order', () => {
  const { ledger, told, event } = setUp()
  ledger.transaction(() => {
    ledger.append(event('a'))
    ledger.transaction(() => ledger.append(event('b')))
    expect(told).toEqual([])
    ledger.append(event('c'))
  })
  ledger.append(event('d'))
  expect(told).toEqual(['a', 'b', 'c', 'd'])
})

test('what was rolled back is not told, also where only a part was', () => {
  const { ledger, told, event, recorded } = setUp()
  const fail = (text: string) => () => {
    ledger.append(event(text))
    throw new Error('no')
  }
  expect(() => ledger.transaction(fail('a'))).toThrow('no')
  ledger.transaction(() => {
    ledger.append(event('b'))
    expect(() => ledger.transaction(fail('c'))).toThrow('no')
    ledger.append(event('d'))
  })
  expect(told).toEqual(['b', 'd'])
  expect(recorded()).toEqual(['b', 'd'])
})

test('a listener that throws does not make a commit look as if it had failed, and hears what comes next', () => {
  const { ledger, told, event, recorded } = setUp((text) => {
    if (text === 'a') throw new Error('a mistake in the listener')
  })
  ledger.transaction(() => {
    ledger.append(event('a'))
    ledger.append(event('b'))
  })
  expect(told).toEqual(['a', 'b'])
  expect(recorded()).toEqual(['a', 'b'])
})

test('a listener may read and write the ledger', () => {
  const { ledger, told, event, recorded } = setUp((text) => {
    if (text === 'a') ledger.append(event('b'))
  })
  ledger.append(event('a'))
  expect(told).toEqual(['a', 'b'])
  expect(recorded()).toEqual(['a', 'b'])
})
