import { defineRunbook, healthy, query, recreate, restart, Type } from 'selfheal'

// Recorded by rules/plain.yml: 5xx answers among all answers of the last two minutes. Without requests there is no
// ratio, and the proof says unknown: silence is no recovery.
const fewErrors = query({ expr: 'service:error_ratio:rate2m{service="$service"}', is: '<', than: 0.05, window: '2m' })

export default defineRunbook({
  name: 'error-spike',
  urgency: 'errors',
  summary: 'The service answers far too many requests with an error',
  meaning:
    'The service runs and answers, but a large part of its answers are errors (5xx). State that has gone bad in the process looks like this: a pool of connections that has leaked, a cache that is poisoned, a token that has expired. So does a bad release, and so does a dependency that fails.',
  impact: 'Every failed answer is a user or another service that did not get what it asked for.',
  mitigation:
    "See in the account what was tried: a restart clears what is wrong in memory, a new container the files that the process wrote. Then look at what the service depends on, and at what was changed last: its release, its configuration, its credentials. Its own request counter by path says which requests fail, 'docker logs --tail 100' why. Where nobody sends it requests any more, nothing can be proven: ask it by hand.",
  match: ['symptom="error_rate"', 'severity=~"warning|critical"'],
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
      verify: [healthy(), fewErrors],
      within: '90s',
      stableFor: '15s',
    },
    {
      // For what a restart keeps: files that the process wrote into its container.
      name: 'recreate',
      risk: 'medium',
      plan: ({ target }) => [recreate(target)],
      verify: [healthy(), fewErrors],
      within: '90s',
      stableFor: '15s',
    },
  ],
  escalate: {
    severity: 'critical',
    summary: ({ labels, target }) =>
      `${labels.service} (${target.lineage}) answers with errors, and nothing that was tried is proven to have helped`,
  },
})
