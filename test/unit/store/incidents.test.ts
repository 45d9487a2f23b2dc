import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../../src/incident/record.ts'
import type { Ledger } from '../../../src/remediation/ledger.ts'
import { createLedger } from '../../../src/store/ledger.ts'
import {
  countCommits,
  newIncident,
  openMigratedConnection,
  openTemporaryStore,
  temporaryFolder,
} from '../../support/temporary-store.ts'

const end = (ledger: Ledger, id: number, at: number) =>
  ledger.changeIncident(id, { state: 'ended', outcome: 'recovered', endedAt: at }, at)

const reopen = (ledger: Ledger, id: number, at: number) => {
  const reopened = (ledger.incident(id)?.reopened ?? 0) + 1
  return ledger.changeIncident(id, { state: 'open', outcome: null, endedAt: null, reopened }, at)
}

describe('incidents', () => {
  it('are opened in state "open" at the first rung, with everything that was known', () => {
    const { ledger } = openTemporaryStore()
    const opened = ledger.openIncident(newIncident('local/shop/web'))
    expect(opened).toEqual({
      ...newIncident('local/shop/web'),
      id: 1,
      rung: 0,
      state: 'open',
      outcome: null,
      reason: null,
      until: null,
      updatedAt: 1000,
      endedAt: null,
      reopened: 0,
      proposal: null,
      decisions: 0,
    })
    expect(ledger.incident(1)).toEqual(opened)
    expect(ledger.incident(2)).toBeUndefined()
  })

  it('keep what a change does not name', () => {
    const { ledger } = openTemporaryStore()
    const { id } = ledger.openIncident(newIncident('local/shop/web'))
    const proposal: Proposal = {
      id: 'p1',
      rung: 1,
      rungName: 'restart',
      risk: 'low',
      actions: [{ kind: 'restart', target: 'local/shop/web', strategy: 'rolling', containers: [] }],
      verdicts: [{ guard: 'mode', verdict: 'ask', reason: 'advise-only', detail: 'mode is advise', until: null }],
    }
    const asked = { state: 'awaiting_approval', until: 9000, rung: 1, reason: 'advise-only', proposal } as const
    ledger.changeIncident(id, asked, 2000)
    const changed = ledger.changeIncident(id, { severity: 'warning' }, 3000)
    expect(changed).toMatchObject({ ...asked, severity: 'warning', openedAt: 1000, updatedAt: 3000 })
    expect(ledger.incident(id)).toEqual(changed)
    expect(ledger.changeIncident(id, { proposal: null, until: null }, 3001)).toMatchObject({
      proposal: null,
      until: null,
      state: 'awaiting_approval',
    })
  })

  it('that do not exist cannot be changed', () => {
    expect(() => openTemporaryStore().ledger.changeIncident(5, {}, 1)).toThrow('there is no incident 5')
  })

  it('are at most one per target until they have ended', () => {
    const { ledger } = openTemporaryStore()
    const first = ledger.openIncident(newIncident('local/shop/web'))
    ledger.openIncident(newIncident('local/shop/stock'))
    expect(() => ledger.openIncident(newIncident('local/shop/web'))).toThrow(/UNIQUE/)
    end(ledger, first.id, 2000)
    const second = ledger.openIncident(newIncident('local/shop/web'))
    expect(ledger.activeIncident('local/shop/web')?.id).toBe(second.id)
    expect(() => reopen(ledger, first.id, 2001)).toThrow(/UNIQUE/)
    expect(ledger.incident(first.id)).toMatchObject({ state: 'ended', reopened: 0 })
    expect(ledger.reopenedSince('local/shop/web', 0)).toBe(0)
    expect(ledger.activeIncidents().map(({ target }) => target)).toEqual(['local/shop/stock', 'local/shop/web'])
  })

  it('cannot end without an outcome, nor have one before', () => {
    const { ledger } = openTemporaryStore()
    const { id } = ledger.openIncident(newIncident('local/shop/web'))
    expect(() => ledger.changeIncident(id, { state: 'ended', endedAt: 1 }, 1)).toThrow(/CHECK/)
    expect(() => ledger.changeIncident(id, { outcome: 'closed' }, 1)).toThrow(/CHECK/)
    expect(ledger.incident(id)?.state).toBe('open')
  })

  it('know which ended last on a target, whatever the clock said', () => {
    const { ledger } = openTemporaryStore()
    expect(ledger.lastEnded('local/shop/web')).toBeUndefined()
    const first = ledger.openIncident(newIncident('local/shop/web'))
    end(ledger, first.id, 9000)
    const second = ledger.openIncident(newIncident('local/shop/web'))
    expect(ledger.lastEnded('local/shop/web')?.id).toBe(first.id)
    end(ledger, second.id, 5000)
    expect(ledger.lastEnded('local/shop/web')?.id).toBe(second.id)
    reopen(ledger, first.id, 5001)
    end(ledger, first.id, 5002)
    expect(ledger.lastEnded('local/shop/web')?.id).toBe(first.id)
  })

  it('count the reopenings of a target over all its incidents, those dated in the future included', () => {
    const { ledger } = openTemporaryStore()
    const first = ledger.openIncident(newIncident('local/shop/web'))
    for (const at of [2000, 9000, 3000]) {
      end(ledger, first.id, at - 1)
      reopen(ledger, first.id, at)
    }
    end(ledger, first.id, 3001)
    const second = ledger.openIncident(newIncident('local/shop/web'))
    end(ledger, second.id, 3999)
    expect(reopen(ledger, second.id, 4000).reopened).toBe(1)
    expect([0, 2000, 2001, 3500, 9000, 9001].map((since) => ledger.reopenedSince('local/shop/web', since))).toEqual([
      4, 4, 3, 2, 1, 0,
    ])
    expect(ledger.reopenedSince('local/shop/stock', 0)).toBe(0)
  })

  it('are changed and counted as reopened in one commit', () => {
    const folder = temporaryFolder()
    const ledger = createLedger(openMigratedConnection(folder))
    const { id } = ledger.openIncident(newIncident('local/shop/web'))
    end(ledger, id, 2000)
    const before = countCommits(folder)
    reopen(ledger, id, 3000)
    expect(countCommits(folder) - before).toBe(1)
  })

  it('are listed newest first, by all given conditions together', () => {
    const { ledger } = openTemporaryStore()
    const targets = ['local/shop/a', 'local/shop/b', 'local/shop/c', 'local/shop/d']
    for (const [index, target] of targets.entries()) {
      const runbook = index === 2 ? 'unresponsive' : 'container-down'
      ledger.openIncident({ ...newIncident(target), runbook, openedAt: 1000 + index })
    }
    end(ledger, 4, 2000)
    const ids = (filter: Parameters<Ledger['listIncidents']>[0]) => ledger.listIncidents(filter).map(({ id }) => id)
    expect(ids({})).toEqual([4, 3, 2, 1])
    expect(ids({ limit: 2 })).toEqual([4, 3])
    expect(ids({ before: 3, limit: 1 })).toEqual([2])
    expect(ids({ states: ['open'] })).toEqual([3, 2, 1])
    expect(ids({ states: ['open', 'ended'], runbook: 'container-down' })).toEqual([4, 2, 1])
    expect(ids({ states: [] })).toEqual([])
    expect(ids({ target: 'local/shop/b' })).toEqual([2])
    expect(ids({ since: 1002 })).toEqual([4, 3])
  })

  it('that hold what no version of this program wrote are reported as corrupt, with column and value', () => {
    const connection = openMigratedConnection()
    const ledger = createLedger(connection)
    const { id } = ledger.openIncident(newIncident('local/shop/web'))
    connection.command('UPDATE incidents SET reason = :reason')({ reason: 'mercury-retrograde' })
    const words = expect.stringMatching(/selfheal\.db: column reason holds "mercury-retrograde"/)
    expect(() => ledger.incident(id)).toThrow(expect.objectContaining({ code: 'corrupt', message: words }))
    connection.command(`UPDATE incidents SET reason = NULL, labels = '{"a":1}'`)()
    expect(() => ledger.incident(id)).toThrow(expect.objectContaining({ code: 'corrupt' }))
  })
})
