import { defineRunbook, restart, running, start, Type } from 'selfheal'

const notRunning = ['created', 'exited', 'dead']

export default defineRunbook({
  name: 'container-down',
  urgency: 'down',
  summary: 'A container of the service is not running',
  meaning:
    'At least one container of the service has ended, and no restart policy has brought it back. A process that crashed, was killed for its memory, or exited by itself looks like this; a container that a person stopped is left as it is.',
  impact:
    'With one replica the service is down. With several, the others carry its load, and the next loss may be one too many.',
  mitigation:
    "Look at how it ended: 'docker inspect' shows the exit code and whether memory ran out (OOMKilled), 'docker logs --tail 100' what it said last. If it ends again right after every start, look for a changed configuration, a missing dependency or a full disk before starting it once more.",
  // The least specific of what takes this symptom: alerts of a scraped target go to target-down, which asks for more than
  // that the containers run.
  match: ['symptom="down"'],
  labels: Type.Object({}),
  limits: { budgets: ['3/1h', '7/24h'], cooldown: '2m' },
  ladder: [
    {
      name: 'start',
      risk: 'low',
      when: ({ target }) => target.replicas.some((replica) => notRunning.includes(replica.state)),
      plan: ({ target }) => [start(target)],
      // Without another check, running() proves only after 30 s without interruption.
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target }) => [restart(target, { strategy: 'rolling' })],
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
  ],
  escalate: {
    severity: 'critical',
    summary: ({ target }) => {
      const down = target.replicas.filter((replica) => replica.state !== 'running')
      const ends = down.map(
        ({ name, state, exitCode, oomKilled }) =>
          `${name} is ${state} (exit code ${exitCode}${oomKilled ? ', out of memory' : ''})`,
      )
      const what = down.length === 0 ? 'does not keep running' : `does not run: ${ends.join('; ')}`
      return `${target.lineage} ${what}`
    },
  },
})
