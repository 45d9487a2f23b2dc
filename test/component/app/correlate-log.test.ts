import { expect, it } from 'vitest'
import { correlateLog } from '../../../src/app/correlate-log.ts'
import { newIncident, openTemporaryStore } from '../../support/temporary-store.ts'
import { recordingLog } from './recording-log.ts'

it('adds the notification to lines that name an incident, and leaves all others as they are', () => {
  const { ledger } = openTemporaryStore()
  const { id } = ledger.openIncident({ ...newIncident('local/shop/web'), notification: 77 })
  const { log, lines } = recordingLog()
  const correlated = correlateLog(log, ledger)
  correlated.info({ incident: id, receiver: 'pager' }, 'escalation delivered')
  correlated.warn({ incident: id, notification: 5 }, 'knows better')
  correlated.debug({ incident: 4711 }, 'unknown')
  correlated.error({ other: 1 }, 'no incident')
  expect(lines).toEqual([
    { level: 'info', msg: 'escalation delivered', notification: 77, incident: id, receiver: 'pager' },
    { level: 'warn', msg: 'knows better', notification: 5, incident: id },
    { level: 'debug', msg: 'unknown', incident: 4711 },
    { level: 'error', msg: 'no incident', other: 1 },
  ])
})

it('writes the line also where the ledger cannot be read', () => {
  const { log, lines } = recordingLog()
  const ledger = {
    incident: () => {
      throw new Error('disk gone')
    },
  }
  correlateLog(log, ledger).error({ incident: 1 }, 'delivery not recorded')
  expect(lines).toEqual([{ level: 'error', msg: 'delivery not recorded', incident: 1 }])
})
