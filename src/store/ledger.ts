/** The ledger on SQLite, put together from the operations of each table. */
import type { Ledger } from '../remediation/ledger.ts'
import { prepareAttempts } from './attempts.ts'
import type { Connection } from './connection.ts'
import { prepareAlertLetters } from './dead-letters.ts'
import { prepareDeliveries } from './deliveries.ts'
import { prepareEpisodes } from './episodes.ts'
import { prepareEvents } from './events.ts'
import { prepareIncidents } from './incidents.ts'
import { prepareNotifications } from './notifications.ts'
import { preparePauses } from './pauses.ts'
import { prepareReceivers } from './receivers.ts'

/** Prepares every operation of the ledger on an open, migrated database. */
export function createLedger(connection: Connection): Ledger {
  return {
    transaction: connection.transaction,
    ...prepareNotifications(connection),
    ...prepareAlertLetters(connection),
    ...prepareReceivers(connection),
    ...prepareEpisodes(connection),
    ...prepareIncidents(connection),
    ...prepareAttempts(connection),
    ...prepareEvents(connection),
    ...prepareDeliveries(connection),
    ...preparePauses(connection),
  }
}
