import { describe, expect, it } from 'vitest'
import { createLedger } from '../../../src/store/ledger.ts'
import { newIncident, openMigratedConnection, openTemporaryStore } from '../../support/temporary-store.ts'

describe('a transaction', () => {
  it('answers what the work answers', () => {
    expect(openTemporaryStore().ledger.transaction(() => 'answer')).toBe('answer')
  })

  it('keeps nothing when the work throws, and throws the same error', () => {
    const { ledger } = openTemporaryStore()
    const fault = new Error('no')
    const work = () => {
      const { id } = ledger.openIncident(newIncident('local/shop/web'))
      ledger.append({ incident: id, at: 1, kind: 'incident-opened', text: 'opened' })
      throw fault
    }
    expect(() => ledger.transaction(work)).toThrow(fault)
    expect(ledger.activeIncidents()).toEqual([])
    expect(ledger.eventsAfter(0, 10)).toEqual([])
  })

  it('takes nested ones with it when it fails after them', () => {
    const { ledger } = openTemporaryStore()
    const work = () => {
      ledger.transaction(() => ledger.openIncident(newIncident('local/shop/web')))
      throw new Error('no')
    }
    expect(() => ledger.transaction(work)).toThrow('no')
    expect(ledger.activeIncidents()).toEqual([])
  })

  it('goes on after a nested one that failed and was caught', () => {
    const { ledger } = openTemporaryStore()
    ledger.transaction(() => {
      ledger.openIncident(newIncident('local/shop/web'))
      const nested = () => {
        ledger.openIncident(newIncident('local/shop/stock'))
        throw new Error('no')
      }
      expect(() => ledger.transaction(nested)).toThrow('no')
    })
    expect(ledger.activeIncidents().map(({ target }) => target)).toEqual(['local/shop/web'])
  })

  it('keeps nothing when SQLite gave it up on a full disk, also when the work swallows the error and goes on', () => {
    const connection = openMigratedConnection()
    const ledger = createLedger(connection)
    const { id } = ledger.openIncident(newIncident('local/shop/web'))
    const pages = connection.query('PRAGMA page_count', (row) => row.page_count).get()
    connection.query(`PRAGMA max_page_count = ${Number(pages) + 1}`, (row) => row).get()
    const append = (text: string) => ledger.append({ incident: id, at: 1, kind: 'deferred', text })
    const annotations = { account: 'x'.repeat(100_000) }
    const message = { incident: id, status: 'firing', startsAt: 1, labels: {}, annotations } as const
    const full = expect.objectContaining({ code: 'full' })
    const work = () => {
      append('before')
      expect(() => ledger.enqueueDelivery('pager', message, 1)).toThrow(full)
      expect(connection.isInTransaction()).toBe(false)
      expect(() => append('after')).toThrow(full)
    }
    expect(() => ledger.transaction(work)).toThrow(full)
    expect(ledger.timeline(id)).toEqual([])
    append('well again')
    expect(ledger.timeline(id).map(({ text }) => text)).toEqual(['well again'])
  })
})
