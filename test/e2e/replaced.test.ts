import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SeenIncident } from '../support/e2e/api.ts'
import { quickConfig } from '../support/e2e/runbooks.ts'
import { startSelfheal } from '../support/e2e/selfheal.ts'
import { startService, webServer } from '../support/e2e/services.ts'
import { engine, engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'

// A fault that sits in the files of a container survives its restarts; a new container of the same image has none of it.

const isEnded = ({ state }: SeenIncident) => state === 'ended'

const spoilable = [
  'mkdir -p /www',
  '[ -e /spoiled ] || echo ok > /www/page',
  webServer.replace(
    'exec httpd',
    `printf '#!/bin/sh\\ntouch /spoiled; rm /www/page\\n' > /www/cgi-bin/spoil; chmod +x /www/cgi-bin/spoil; exec httpd`,
  ),
].join('; ')

const pageIsThere = { test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1/page'], intervalMs: 500 }

const runbook = `import { defineRunbook, healthy, probe, recreate, restart, Type } from 'selfheal'

const proof = { verify: [healthy(), probe({ port: 80, path: '/page' })], within: '3s', stableFor: '500ms' }

export default defineRunbook({
  name: 'page-gone',
  urgency: 'errors',
  summary: 'the page is gone',
  meaning: 'somebody removed it',
  impact: 'nobody can read it',
  mitigation: 'write it again',
  match: ['symptom="page_gone"'],
  labels: Type.Object({}),
  limits: { budgets: ['3/1h'], cooldown: '0s' },
  ladder: [
    { name: 'restart', risk: 'low', plan: ({ target }) => [restart(target)], ...proof },
    { name: 'recreate', risk: 'medium', plan: ({ target }) => [recreate(target)], ...proof },
  ],
  escalate: { severity: 'critical', summary: ({ target }) => target.lineage + ' has no page' },
})
`

test('a container that a restart does not cure is replaced, and keeps its name, labels and volumes', {
  timeout: 120_000,
}, async () => {
  const volume = `test-${randomBytes(4).toString('hex')}`
  await using selfheal = await startSelfheal({
    files: { 'runbooks/page-gone.ts': runbook },
    config: quickConfig(engineHost()),
  })
  await using service = await startService({
    script: spoilable,
    health: pageIsThere,
    hostConfig: { Binds: [`${volume}:/data`] },
  })
  const before = await service.container.inspect()
  const url = `http://${await service.address()}`
  await eventually('the page', async () => (await fetch(`${url}/page`)).ok)

  await fetch(`${url}/cgi-bin/spoil`).catch(() => {}) // it says nothing
  await eventually('the page to be gone', async () => !(await fetch(`${url}/page`)).ok)
  await selfheal.post({ labels: { ...service.down, symptom: 'page_gone' } })
  const incident = await selfheal.until(service.target, isEnded, { timeoutMs: 60_000, intervalMs: 100 })

  const replaced = engine().getContainer(service.name)
  try {
    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 2 })
    expect(incident.history.map(({ actions, proof }) => [actions[0]?.kind, proof])).toEqual([
      ['restart', 'not_recovered'],
      ['recreate', 'recovered'],
    ])
    const after = await replaced.inspect()
    expect(after.Id).not.toBe(before.Id)
    expect(after.Image).toBe(before.Image)
    expect(after.Config.Labels).toMatchObject(before.Config.Labels) // and those that say what it replaces
    expect(after.Mounts).toEqual(before.Mounts)
    expect(after.State.Health?.Status).toBe('healthy')
  } finally {
    await replaced.remove({ force: true, v: true })
    await engine().getVolume(volume).remove()
  }
})
