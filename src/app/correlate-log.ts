/** Correlation: lines that name an incident carry the notification that opened it, whoever writes them. */
import type { Log, LogLine } from '../lib/log.ts'
import type { Ledger } from '../remediation/ledger.ts'

/** A log whose lines with an `incident` carry its `notification` too, where the ledger can be read. Never throws. */
export function correlateLog(log: Log, ledger: Pick<Ledger, 'incident'>): Log {
  const notificationOf = (incident: unknown): { readonly notification?: number } => {
    if (typeof incident !== 'number') return {}
    try {
      const notification = ledger.incident(incident)?.notification
      return notification === undefined ? {} : { notification }
    } catch {
      return {} // the line says what went wrong, most likely with the ledger itself
    }
  }
  const at =
    (level: keyof Log): LogLine =>
    (fields, phrase) =>
      log[level]({ ...notificationOf(fields.incident), ...fields }, phrase)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
