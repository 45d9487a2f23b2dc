/** What the engine has done, read from the storage beside the running server. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'

/** A look into the storage of the selfheal that `startSelfheal` started in the same folder. */
export type StorageView = Disposable & {
  /** Notifications that are accepted and not yet applied. */
  readonly pending: () => number
  /** Alerts that an incident took, or of which it is recorded why none did. */
  readonly decided: () => number
  /** Resolves when nothing that was accepted waits for a decision any more. */
  readonly settled: () => Promise<void>
}

const pendingSql = 'SELECT count(*) FROM notifications WHERE applied = 0'
const undecidedSql = `
  SELECT count(*) FROM episodes
  WHERE state = 'firing' AND (recheck = 1 OR (incident IS NULL AND disposition_reason IS NULL))`
const decidedSql = 'SELECT count(*) FROM episodes WHERE incident IS NOT NULL OR disposition_reason IS NOT NULL'

/** Opens the storage for reading; writers are not held up. */
export function viewStorage(folder: string): StorageView {
  const database = new Database(join(folder, 'selfheal', 'data', 'selfheal.db'), { readonly: true })
  const count = (sql: string): (() => number) => {
    const statement = database.prepare(sql).pluck()
    return () => Number(statement.get())
  }
  const pending = count(pendingSql)
  const undecided = count(undecidedSql)
  return {
    pending,
    decided: count(decidedSql),
    settled: async () => {
      while (pending() > 0 || undecided() > 0) await delay(10)
    },
    [Symbol.dispose]: () => {
      database.close()
    },
  }
}
