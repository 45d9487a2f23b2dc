import { describe, expect, it } from 'vitest'
import { newIncident, openTemporaryStore, report, temporaryFolder } from '../../support/temporary-store.ts'

describe('receivers', () => {
  it('are known by name, with their last notification, also after the storage was closed', () => {
    const folder = temporaryFolder()
    const store = openTemporaryStore(folder)
    store.ledger.noteReceiver({ name: 'web.hook', notification: 1 }, 10)
    store.ledger.noteReceiver({ name: 'b', notification: 2 }, 20)
    store.ledger.noteReceiver({ name: 'web.hook', notification: 3 }, 30)
    store.close()
    expect(openTemporaryStore(folder).ledger.knownReceivers()).toEqual([
      { name: 'web.hook', notification: 3 },
      { name: 'b', notification: 2 },
    ])
  })

  it('are bounded in number: the latest stay', () => {
    const { ledger } = openTemporaryStore()
    for (let index = 1; index <= 150; index += 1) ledger.noteReceiver({ name: `r${index}`, notification: index }, index)
    const names = ledger.knownReceivers().map(({ name }) => name)
    expect(names.length).toBe(100)
    expect(names[0]).toBe('r150')
  })

  it('are bounded in length: what no Alertmanager has is not kept, for all of them are read again and again', () => {
    const { ledger } = openTemporaryStore()
    const [long, longer] = ['n'.repeat(1_000), 'n'.repeat(1_001)]
    for (const name of [long, longer]) {
      ledger.noteReceiver({ name, notification: 1 }, 10)
      ledger.noteGroup({ receiver: name, labels: {} }, true, 10)
    }
    ledger.noteGroup({ receiver: 'r', labels: { a: 'x'.repeat(8_192) } }, true, 10)
    expect(ledger.knownReceivers().map(({ name }) => name)).toEqual([long])
    expect(ledger.truncatedGroups(0)).toEqual([{ receiver: long, labels: {} }])
  })
})

describe('truncated groups', () => {
  const group = { receiver: 'selfheal', labels: { a: '1', b: '2' } }

  it('are those whose last notification left alerts out, whatever the order of their labels', () => {
    const { ledger } = openTemporaryStore()
    ledger.noteGroup(group, true, 100)
    ledger.noteGroup({ receiver: 'other', labels: {} }, true, 100)
    ledger.noteGroup({ receiver: 'other', labels: { b: '2', a: '1' } }, false, 100)
    expect(ledger.truncatedGroups(99).length).toBe(2)
    expect(ledger.truncatedGroups(100)).toEqual([])
    ledger.noteGroup({ receiver: 'selfheal', labels: { b: '2', a: '1' } }, false, 200)
    expect(ledger.truncatedGroups(0)).toEqual([{ receiver: 'other', labels: {} }])
  })

  it('are bounded in number: the latest stay', () => {
    const { ledger } = openTemporaryStore()
    ledger.transaction(() => {
      for (let at = 1; at <= 1_100; at += 1) ledger.noteGroup({ receiver: 'r', labels: { at: String(at) } }, true, at)
    })
    expect(ledger.truncatedGroups(0).length).toBe(1_000)
    expect(ledger.truncatedGroups(0)[0]?.labels).toEqual({ at: '1100' })
  })
})

describe('listed episodes', () => {
  it('say what opened them, and when a listing held them last', () => {
    const { ledger } = openTemporaryStore()
    const opened = ledger.openListedEpisode(report('f1'), 7, 1000)
    expect(opened).toMatchObject({
      openedBy: 'listing',
      listedAt: 1000,
      openedAt: 1000,
      lastSeenAt: 1000,
      notification: 7,
    })
    const told = ledger.openEpisode(report('f2'), 8, 2000)
    ledger.confirmEpisode(told.id, 1500)
    expect(ledger.episode(told.id)).toMatchObject({ openedBy: 'notification', listedAt: 1500, lastSeenAt: 2000 })
    ledger.confirmEpisode(told.id, 2500)
    expect(ledger.episode(told.id)).toMatchObject({ listedAt: 2500, lastSeenAt: 2500 })
    ledger.closeEpisode(told.id, 'suppressed', 2600)
    ledger.confirmEpisode(told.id, 2700)
    expect(ledger.episode(told.id)).toMatchObject({ listedAt: 2500 })
  })

  it('are reclassified once they are closed, and keep the time of the close', () => {
    const { ledger } = openTemporaryStore()
    const { id } = ledger.openEpisode(report('f1'), 1, 1000)
    ledger.reclassifyEpisode(id, 'vanished')
    expect(ledger.episode(id)).toMatchObject({ state: 'firing', closedAt: null })
    ledger.closeEpisode(id, 'suppressed', 1100)
    ledger.reclassifyEpisode(id, 'vanished')
    expect(ledger.episode(id)).toMatchObject({ state: 'vanished', closedAt: 1100 })
  })

  it('are held while they fire or are suppressed, page by page', () => {
    const { ledger } = openTemporaryStore()
    const ids = ['f1', 'f2', 'f3', 'f4'].map((fingerprint) => ledger.openEpisode(report(fingerprint), 1, 1000).id)
    ledger.closeEpisode(2, 'resolved', 1001)
    ledger.closeEpisode(3, 'suppressed', 1001)
    const pages = (after: number) => ledger.heldEpisodes(after, 2).map(({ id }) => id)
    expect(ids).toEqual([1, 2, 3, 4])
    expect([pages(0), pages(3), pages(4)]).toEqual([[1, 3], [4], []])
  })

  it('are listed by whether an incident took them, newest first', () => {
    const { ledger } = openTemporaryStore()
    for (const fingerprint of ['f1', 'f2', 'f3', 'f4']) ledger.openEpisode(report(fingerprint), 1, 1000)
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    ledger.attachEpisode(1, incident)
    ledger.attachEpisode(3, incident)
    expect(ledger.listEpisodes(9, true).map(({ id }) => id)).toEqual([3, 1])
    expect(ledger.listEpisodes(9, false).map(({ id }) => id)).toEqual([4, 2])
    expect(ledger.listEpisodes(1, false).map(({ id }) => id)).toEqual([4])
  })
})
