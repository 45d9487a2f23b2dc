import { defineRunbook, query, restart, running, Type } from 'selfheal'

export default defineRunbook({
  name: 'unresponsive',
  urgency: 'unresponsive',
  summary: 'The service runs but does not answer',
  meaning:
    'The containers of the service run, but at least one of them does not answer its probe or its scrape. A process that is blocked, dead-locked, or out of connections or file handles looks like this.',
  impact: 'Requests to the service hang or fail, and whatever calls it waits until its own timeouts.',
  mitigation:
    "See whether it answers from inside: 'docker exec CONTAINER curl -m 2 http://localhost:PORT/metrics'. If it does, the fault lies in the network or the scrape. If not, take a thread or heap dump before restarting it, and look at what it waits for: a database, a lock, a disk.",
  match: ['symptom="unresponsive"'],
  labels: Type.Object({
    // The `service` label that the scrape configuration gives to every target, and the rules keep.
    service: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$', maxLength: 128 }),
  }),
  limits: { budgets: ['3/1h', '7/24h'], cooldown: '2m' },
  ladder: [
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target }) => [restart(target, { strategy: 'rolling' })],
      verify: [
        running(),
        // Whatever Prometheus asks of the service answers: its probes from outside and its own metrics. In a job of the
        // blackbox exporter `up` speaks of the exporter, not of the service.
        query({
          expr: 'min(probe_success{service="$service"} or up{service="$service", job!~".*blackbox.*"})',
          is: '>=',
          than: 1,
          window: '15s',
        }),
      ],
      within: '90s',
      stableFor: '15s',
    },
  ],
  escalate: {
    severity: 'critical',
    summary: ({ labels, target }) => `${labels.service} (${target.lineage}) still does not answer after a restart`,
  },
})
