/** Runbooks for tests, as an author would write them. */
import { defineRunbook, probe, query, restart, running, start, Type } from '../../src/authoring/index.ts'

const texts = {
  summary: 'Something is wrong with the service',
  meaning: 'What it means.',
  impact: 'Whom it hurts.',
  mitigation: 'What a person does.',
}

/** Start, then restart; `running` alone. */
export const containerDown = defineRunbook({
  ...texts,
  name: 'container-down',
  urgency: 'down',
  match: ['symptom="down"'],
  labels: Type.Object({}),
  limits: { budgets: ['3/1h', '7/24h'], cooldown: '2m' },
  ladder: [
    {
      name: 'start',
      risk: 'low',
      when: ({ target }) => target.replicas.some((replica) => ['created', 'exited', 'dead'].includes(replica.state)),
      plan: ({ target }) => [start(target)],
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target }) => [restart(target)],
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
  ],
  escalate: { severity: 'critical', summary: ({ target }) => `${target.lineage} does not run` },
})

/** Restart; a probe. */
export const unresponsive = defineRunbook({
  ...texts,
  name: 'unresponsive',
  urgency: 'unresponsive',
  match: ['symptom="unresponsive"'],
  labels: Type.Object({}),
  ladder: [
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target }) => [restart(target)],
      verify: [running(), probe({ port: 8080, path: '/healthz' })],
      within: '60s',
      stableFor: '10s',
    },
  ],
  escalate: { severity: 'critical', summary: ({ target }) => `${target.lineage} does not answer` },
})

/** Restart; a query. */
export const errors = defineRunbook({
  ...texts,
  name: 'errors',
  urgency: 'errors',
  match: ['symptom="errors"'],
  labels: Type.Object({ service: Type.String({ pattern: '^[a-z]+$' }) }),
  ladder: [
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target }) => [restart(target)],
      verify: [query({ expr: 'errors{service="$service"}', is: '<', than: 0.05, window: '2m' })],
      within: '90s',
      stableFor: '15s',
    },
  ],
  escalate: { severity: 'warning', summary: ({ labels }) => `${labels.service} still fails` },
})

/** Its plan throws. */
export const broken = defineRunbook({
  ...texts,
  name: 'broken',
  urgency: 'errors',
  match: ['symptom="broken"'],
  labels: Type.Object({}),
  ladder: [
    {
      name: 'restart',
      risk: 'low',
      plan: () => {
        throw new TypeError('Cannot read properties of undefined')
      },
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
  ],
  escalate: {
    severity: 'critical',
    summary: () => {
      throw new TypeError('and neither can this')
    },
  },
})
