import { describe, expect, it } from 'vitest'
import { newIncident, openTemporaryStore, temporaryFolder } from '../../support/temporary-store.ts'

describe('events', () => {
  it('are numbered without gaps over all incidents, also after a transaction that failed and a reopening', () => {
    const path = temporaryFolder()
    const store = openTemporaryStore(path)
    const { ledger } = store
    const web = ledger.openIncident(newIncident('local/shop/web')).id
    const stock = ledger.openIncident(newIncident('local/shop/stock')).id
    expect(ledger.append({ incident: web, at: 5, kind: 'incident-opened', text: 'opened' })).toEqual({
      seq: 1,
      incident: web,
      at: 5,
      kind: 'incident-opened',
      text: 'opened',
      data: {},
    })
    const failing = () => {
      ledger.append({ incident: web, at: 6, kind: 'deferred', text: 'never' })
      throw new Error('no')
    }
    expect(() => ledger.transaction(failing)).toThrow('no')
    ledger.append({ incident: stock, at: 4, kind: 'incident-opened', text: 'opened' })
    store.close()
    const reopened = openTemporaryStore(path).ledger
    const data = { rung: 0, list: ['a', null] }
    expect(reopened.append({ incident: web, at: 3, kind: 'deferred', text: 'later', data }).seq).toBe(3)
    expect(reopened.timeline(web).map(({ seq }) => seq)).toEqual([1, 3])
    expect(reopened.timeline(web)[1]?.data).toEqual(data)
    expect(reopened.eventsAfter(1, 10).map(({ seq }) => seq)).toEqual([2, 3])
    expect(reopened.eventsAfter(0, 2).map(({ seq }) => seq)).toEqual([1, 2])
  })
})
