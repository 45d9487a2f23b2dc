import { describe, expect, it } from 'vitest'
import { openTemporaryStore, temporaryFolder } from '../../support/temporary-store.ts'

const wanted = { target: 'local/shop/web', reason: 'deploy', by: 'ada', at: 1000, until: null }

describe('pauses', () => {
  it('are in force until they are over or ended, also after the storage was closed', () => {
    const folder = temporaryFolder()
    const store = openTemporaryStore(folder)
    store.ledger.beginPause(wanted)
    store.ledger.beginPause({ ...wanted, target: null, until: 5000 })
    store.close()
    const { ledger } = openTemporaryStore(folder)
    expect(ledger.pausesInForce(4999)).toEqual([
      { ...wanted, id: 1, endedAt: null, endedBy: null },
      { ...wanted, id: 2, target: null, until: 5000, endedAt: null, endedBy: null },
    ])
    expect(ledger.pausesInForce(5000).map(({ id }) => id)).toEqual([1])
    expect(ledger.endPause(1, 'ben', 6000)).toMatchObject({ endedAt: 6000, endedBy: 'ben' })
    expect(ledger.pausesInForce(6000)).toEqual([])
  })

  it('stay when they are over: who paused and who resumed can be looked up, newest first', () => {
    const { ledger } = openTemporaryStore()
    ledger.beginPause(wanted)
    ledger.beginPause({ ...wanted, until: 2000 })
    ledger.endPause(1, 'ben', 6000)
    expect(ledger.listPauses(10)).toMatchObject([
      { id: 2, by: 'ada', until: 2000, endedBy: null },
      { id: 1, by: 'ada', endedAt: 6000, endedBy: 'ben' },
    ])
    expect(ledger.listPauses(1).length).toBe(1)
  })

  it('are ended once', () => {
    const { ledger } = openTemporaryStore()
    ledger.beginPause(wanted)
    ledger.endPause(1, 'ben', 6000)
    expect(() => ledger.endPause(1, 'eve', 7000)).toThrow('no pause 1')
    expect(ledger.listPauses(1)).toMatchObject([{ endedAt: 6000, endedBy: 'ben' }])
  })
})
