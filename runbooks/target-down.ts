import { defineRunbook, query, restart, running, start, Type } from 'selfheal'

const notRunning = ['created', 'exited', 'dead']

const answers = query({ expr: 'up{job="$job", instance="$instance"}', is: '>=', than: 1, window: '5s' })

export default defineRunbook({
  name: 'target-down',
  urgency: 'down',
  summary: 'Prometheus cannot scrape the service',
  meaning:
    'A scrape of the service fails: nothing listens at its address, or it does not answer in time. Its process has ended, or it lives and hangs: blocked, dead-locked, or out of connections, memory or file handles.',
  impact:
    'With one replica the service is down. With several, whatever is sent to this one fails or waits until its own timeout.',
  mitigation:
    "See which of the two it is: 'docker ps -a' shows whether it runs. If it has ended, 'docker inspect' shows the exit code and whether memory ran out (OOMKilled), 'docker logs --tail 100' what it said last. If it runs, ask it from inside ('docker exec CONTAINER curl -m 2 http://localhost:PORT/metrics'): an answer there means that the network or the scrape is at fault, silence that it hangs; then take a thread or heap dump before restarting it.",
  // One target that Prometheus itself scrapes. An instance that is an address with a path was probed by an exporter, and in
  // the jobs of such exporters `up` speaks of the exporter: those are for container-down.
  match: ['symptom="down"', 'job!=""', 'job!~"(?i).*(blackbox|cadvisor|probe|snmp).*"', 'instance=~"[^/]+"'],
  labels: Type.Object({
    // A name that a person gave in scrape_configs.
    job: Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_.:/@ -]*$', maxLength: 128 }),
    // A host, a name that relabelling gave, or an address: stock:8080, 10.0.0.7:9100, [fd00::7]:9100.
    instance: Type.String({
      pattern: '^[A-Za-z0-9_.-]+(:[0-9]{1,5})?$|^\\[[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?\\](:[0-9]{1,5})?$',
      maxLength: 260,
    }),
  }),
  limits: { budgets: ['3/1h', '7/24h'], cooldown: '2m' },
  ladder: [
    {
      name: 'start',
      risk: 'low',
      when: ({ target }) => target.replicas.some((replica) => notRunning.includes(replica.state)),
      plan: ({ target }) => [start(target)],
      verify: [running(), answers],
      within: '60s',
      stableFor: '15s',
    },
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target }) => [restart(target, { strategy: 'rolling' })],
      verify: [running(), answers],
      within: '60s',
      stableFor: '15s',
    },
  ],
  escalate: {
    severity: 'critical',
    summary: ({ labels, target }) => {
      const down = target.replicas.filter((replica) => replica.state !== 'running')
      const ends = down.map(
        ({ name, state, exitCode, oomKilled }) =>
          `${name} is ${state} (exit code ${exitCode}${oomKilled ? ', out of memory' : ''})`,
      )
      const why = down.length === 0 ? 'although its containers run' : ends.join('; ')
      return `${target.lineage}: Prometheus cannot scrape ${labels.instance}, ${why}`
    },
  },
})
