import { describe, expect, it } from 'vitest'
import { newIncident, openTemporaryStore, report } from '../../support/temporary-store.ts'

describe('episodes', () => {
  it('are opened firing, with everything that the report said', () => {
    const { ledger } = openTemporaryStore()
    const labels = { alertname: 'Down', odd: '"; DROP TABLE episodes; --\u0000\u001b' }
    const opened = ledger.openEpisode(report('f1', { labels, startsAt: 400 }), 7, 1000)
    expect(opened).toEqual({
      id: 1,
      fingerprint: 'f1',
      labels,
      annotations: { summary: 'web is down' },
      state: 'firing',
      startsAt: 400,
      openedAt: 1000,
      lastSeenAt: 1000,
      listedAt: null,
      closedAt: null,
      openedBy: 'notification',
      notification: 7,
      incident: null,
      disposition: null,
    })
    expect(ledger.episode(1)).toEqual(opened)
    expect(ledger.latestEpisode('f1')).toEqual(opened)
    expect(ledger.episode(2)).toBeUndefined()
    expect(ledger.latestEpisode('f2')).toBeUndefined()
  })

  it('fire at most once per fingerprint at a time', () => {
    const { ledger } = openTemporaryStore()
    const first = ledger.openEpisode(report('f1'), 1, 1000)
    expect(() => ledger.openEpisode(report('f1'), 2, 1001)).toThrow(/UNIQUE/)
    ledger.closeEpisode(first.id, 'resolved', 1002)
    expect(ledger.openEpisode(report('f1'), 3, 1003).id).toBeGreaterThan(first.id)
    expect(ledger.latestEpisode('f1')?.notification).toBe(3)
  })

  it('are touched while they fire, and not once they are closed', () => {
    const { ledger } = openTemporaryStore()
    const { id } = ledger.openEpisode(report('f1'), 1, 1000)
    ledger.touchEpisode(id, 1500)
    expect(ledger.episode(id)?.lastSeenAt).toBe(1500)
    ledger.closeEpisode(id, 'vanished', 1600)
    ledger.touchEpisode(id, 1700)
    ledger.closeEpisode(id, 'resolved', 1800)
    expect(ledger.episode(id)).toMatchObject({ state: 'vanished', lastSeenAt: 1500, closedAt: 1600 })
  })

  it('are unrouted until they are attached, disposed of, or closed', () => {
    const { ledger } = openTemporaryStore()
    const ids = ['f1', 'f2', 'f3', 'f4'].map((fingerprint) => ledger.openEpisode(report(fingerprint), 1, 1000).id)
    expect(ledger.unroutedEpisodes().map(({ id }) => id)).toEqual(ids)
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    ledger.attachEpisode(1, incident)
    ledger.disposeEpisode(2, { reason: 'no-route', detail: 'no runbook matches' })
    ledger.closeEpisode(3, 'resolved', 1001)
    expect(ledger.unroutedEpisodes().map(({ id }) => id)).toEqual([4])
    expect(ledger.episode(2)?.disposition).toEqual({ reason: 'no-route', detail: 'no runbook matches' })
    expect(ledger.episodesOf(incident).map(({ id }) => id)).toEqual([1])
  })

  it('lose their disposition when an incident takes them after all', () => {
    const { ledger } = openTemporaryStore()
    const { id } = ledger.openEpisode(report('f1'), 1, 1000)
    ledger.disposeEpisode(id, { reason: 'engine-unreachable', detail: 'no answer' })
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    ledger.attachEpisode(id, incident)
    expect(ledger.episode(id)).toMatchObject({ incident, disposition: null })
  })

  it('are unrouted again when they are to be rechecked, until that is decided or they close', () => {
    const { ledger } = openTemporaryStore()
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    const ids = ['f1', 'f2', 'f3'].map((fingerprint) => ledger.openEpisode(report(fingerprint), 1, 1000).id)
    for (const id of ids) ledger.attachEpisode(id, incident)
    expect(ledger.unroutedEpisodes()).toEqual([])
    for (const id of ids) ledger.recheckEpisode(id)
    expect(ledger.unroutedEpisodes().map(({ id }) => id)).toEqual(ids)
    ledger.attachEpisode(1, incident)
    ledger.disposeEpisode(2, { reason: 'no-target', detail: 'no container' })
    ledger.closeEpisode(3, 'resolved', 1001)
    expect(ledger.unroutedEpisodes()).toEqual([])
    expect(ledger.episode(2)).toMatchObject({ incident, disposition: { reason: 'no-target' } })
  })

  it('stay unrouted while the containers cannot be listed, also beside an incident', () => {
    const { ledger } = openTemporaryStore()
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    const { id } = ledger.openEpisode(report('f1'), 1, 1000)
    ledger.attachEpisode(id, incident)
    ledger.recheckEpisode(id)
    ledger.disposeEpisode(id, { reason: 'engine-unreachable', detail: 'no answer' })
    expect(ledger.unroutedEpisodes().map((episode) => episode.id)).toEqual([id])
  })

  it('are listed newest first', () => {
    const { ledger } = openTemporaryStore()
    for (const fingerprint of ['f1', 'f2', 'f3']) ledger.openEpisode(report(fingerprint), 1, 1000)
    expect(ledger.listEpisodes(2).map(({ fingerprint }) => fingerprint)).toEqual(['f3', 'f2'])
  })
})
