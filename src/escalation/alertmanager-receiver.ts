/** Escalation by an alert that is posted back to Alertmanager: the user's own routes, silences and pagers apply. */
import type { Clock } from '../lib/clock.ts'
import type { EscalationMessage, PostableAlert, ReceiverPort } from '../remediation/ports.ts'

/** What accepts alerts: one Alertmanager. */
export type AlertSink = {
  readonly post: (alerts: readonly PostableAlert[], signal: AbortSignal) => Promise<void>
}

/** How long an escalation goes on without a word from us: long enough for a night in which selfheal is down. */
const holdsMs = 12 * 60 * 60 * 1000
const refreshMs = 60_000

/**
 * The receiver `alertmanager`. Every configured Alertmanager is told, for they share what they know only of
 * notifications, not of alerts. That it fires is accepted when at least one took it; that it is over, when every one
 * did, for one that was not told goes on for as long as the alert holds. Otherwise throws the first error.
 */
export function createAlertmanagerReceiver(sinks: readonly AlertSink[], clock: Clock): ReceiverPort {
  return {
    name: 'alertmanager',
    refreshMs,
    deliver: async (message, signal) => {
      const alert = toAlert(message, clock.now())
      const answers = await Promise.allSettled(sinks.map((sink) => sink.post([alert], signal)))
      if (answers.length === 0) throw new Error('no Alertmanager is configured')
      const failed = answers.filter((answer) => answer.status === 'rejected')
      const mayFail = message.status === 'firing' ? answers.length - 1 : 0
      if (failed.length > mayFail) throw failed[0]?.reason
    },
  }
}

/** Alertmanager refuses an alert that ends before it starts, which a clock that was set back would make of it. */
function toAlert({ status, startsAt, labels, annotations }: EscalationMessage, now: number): PostableAlert {
  const endsAt = status === 'firing' ? now + holdsMs : now
  return { labels, annotations, startsAt: Math.min(startsAt, now), endsAt }
}
