/**
 * Every metric of the program: names, labels and the closed lists of their values.
 *
 * No label ever holds an id, a fingerprint, a container, or text from an alert: each has a closed list, and a value
 * outside of it is counted as `other`. `docs/reference/metrics.md` equals this list.
 */
import { actionKinds } from '../authoring/index.ts'
import { reasons, verdictKinds } from '../guard/verdict.ts'
import { incidentReasons, incidentStates, outcomes, proofResults } from '../incident/record.ts'
import { counter, gauge, histogram, sparseCounter } from './metric-definition.ts'
import { guardNames, noReason, verdictSeries } from './verdict-series.ts'

/** Values that only the running program knows: see `MetricsOptions`. */
const givenAtStart: readonly string[] = []

const fromStart = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800]

/** The metrics, by the name under which the program speaks of them. */
export const metricList = {
  notifications: counter(
    'selfheal_notifications_received_total',
    'Notifications that were posted to the webhook, by what became of them.',
    { result: ['accepted', 'rejected', 'unauthorized', 'too_large', 'unavailable'] },
  ),
  alerts: counter('selfheal_alerts_total', 'Alerts in accepted notifications, by status.', {
    status: ['firing', 'resolved', 'invalid'],
  }),
  episodes: counter('selfheal_episodes_total', 'What alerts meant for the episodes of their fingerprints.', {
    step: ['open', 'repeat', 'close', 'ignore'],
  }),
  reconciliations: counter(
    'selfheal_reconciliations_total',
    'Times that Alertmanager was asked what it holds; incomplete: not every one answered.',
    { result: ['complete', 'incomplete', 'failed'] },
  ),
  reconciledAt: gauge(
    'selfheal_reconciliation_last_success_timestamp_seconds',
    'When the last reconciliation was begun that every Alertmanager answered, in seconds since 1970; 0: none yet.',
    {},
  ),
  reconciledAlerts: counter(
    'selfheal_reconciliation_alerts_total',
    "What Alertmanager's listings changed about alerts that its messages had not told.",
    { step: ['open', 'suppress', 'vanish', 'reclassify', 'reopen'] },
  ),
  inboxPending: gauge(
    'selfheal_inbox_pending',
    'Accepted notifications that have not been applied to episodes yet.',
    {},
  ),
  incidentsOpened: counter(
    'selfheal_incidents_opened_total',
    'Incidents opened; reopened ones are not counted again.',
    {},
  ),
  incidentsEnded: counter('selfheal_incidents_ended_total', 'Incidents ended, by outcome.', { outcome: outcomes }),
  incidents: gauge('selfheal_incidents', 'Incidents that have not ended, by state.', {
    state: incidentStates.filter((state) => state !== 'ended'),
  }),
  verdicts: sparseCounter('selfheal_guard_verdicts_total', 'Verdicts of the guards on proposals, by reason.', {
    labels: { guard: guardNames, verdict: verdictKinds, reason: [noReason, ...reasons] },
    initial: verdictSeries,
  }),
  attempts: counter('selfheal_attempts_total', 'Attempts reserved, by each kind of action in them.', {
    action: actionKinds,
  }),
  proofs: counter('selfheal_proofs_total', 'Proofs settled, by result.', { result: proofResults }),
  escalations: counter('selfheal_escalations_total', 'Incidents on which automation stopped, by reason.', {
    reason: [...incidentReasons, ...reasons],
  }),
  deliveries: counter(
    'selfheal_escalation_deliveries_total',
    'Tries to deliver an escalation to a receiver, by result.',
    {
      receiver_kind: ['alertmanager', 'webhook'],
      result: ['delivered', 'failed'],
    },
  ),
  undelivered: gauge('selfheal_escalations_undelivered', 'Escalations that a receiver has not accepted yet.', {}),
  dependencyUp: gauge(
    'selfheal_dependency_up',
    'Whether a system that selfheal depends on answered when it was last asked (1) or not (0).',
    { dependency: givenAtStart },
  ),
  reloaded: gauge(
    'selfheal_config_last_reload_successful',
    'Whether the last reload of configuration and runbooks succeeded (1) or what was good before is kept (0).',
    {},
  ),
  runbooksBroken: gauge('selfheal_runbooks_broken', 'Runbooks that could not be loaded or broke while running.', {}),
  detection: histogram(
    'selfheal_detection_seconds',
    'Seconds from the start of the first alert of an incident until its first attempt had acted.',
    { labels: {}, buckets: fromStart },
  ),
  recovery: histogram(
    'selfheal_recovery_seconds',
    'Seconds from the start of the first alert of an incident until its recovery was proven.',
    { labels: {}, buckets: fromStart },
  ),
  requests: histogram(
    'selfheal_http_request_duration_seconds',
    'Duration of HTTP requests, by route and class of status.',
    {
      labels: { route: givenAtStart, status: ['2xx', '4xx', '5xx'] },
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    },
  ),
  buildInfo: gauge('selfheal_build_info', 'Always 1; the label says which version runs.', { version: givenAtStart }),
} as const
