import { expect, test } from 'vitest'
import type { Runbook } from '../../../src/authoring/index.ts'
import type { Attempt, Incident } from '../../../src/incident/record.ts'
import { writeAccount } from '../../../src/remediation/account.ts'
import { InProcessRunbooks } from '../../support/in-process-runbooks.ts'
import { containerDown } from '../../support/test-runbooks.ts'

const [runbook] = new InProcessRunbooks([containerDown] as Runbook[]).list()

const incident: Incident = {
  id: 42,
  target: 'local/shop/web',
  runbook: 'container-down',
  rung: 1,
  mode: 'auto',
  severity: 'critical',
  state: 'open',
  outcome: null,
  reason: 'ladder-exhausted',
  until: null,
  openedAt: Date.UTC(2026, 0, 1),
  updatedAt: 0,
  endedAt: null,
  reopened: 0,
  notification: 7,
  labels: { alertname: 'ContainerDown' },
  annotations: {},
  proposal: null,
  decisions: 0,
}

const attempt = (id: number, changes: Partial<Attempt> = {}): Attempt => ({
  id,
  incident: 42,
  target: 'local/shop/web',
  runbook: 'container-down',
  rung: 0,
  rungName: 'start',
  state: 'done',
  proof: 'not_recovered',
  actions: [
    { kind: 'start', target: 'local/shop/web', containers: [{ id: 'c', name: 'shop-web-1', ifStartedAt: null }] },
  ],
  verdicts: [],
  evidence: [{ check: 'running', before: 'shop-web-1 is exited', after: 'shop-web-1 is exited', at: 0 }],
  detail: '',
  reservedAt: Date.UTC(2026, 0, 1, 0, 1),
  actedAt: null,
  settledAt: null,
  ...changes,
})

const parts = {
  incident,
  runbook,
  reason: 'ladder-exhausted',
  detail: '',
  attempts: [attempt(1)],
  seen: ['shop-web-1: exited'],
}

test('it says what was seen, what was tried, what was proven, and what to do', () => {
  expect(writeAccount(parts).split('\n')).toEqual([
    'selfheal stopped on local/shop/web: ladder-exhausted.',
    'Seen:',
    '  alert ContainerDown, incident 42 open since 2026-01-01T00:00:00.000Z',
    '  shop-web-1: exited',
    'Tried:',
    '  2026-01-01T00:01:00.000Z rung "start": start shop-web-1 -> done',
    'Proven:',
    '  rung "start": not recovered',
    '    running: before: shop-web-1 is exited; after: shop-web-1 is exited',
    'Meaning: What it means.',
    'Impact: Whom it hurts.',
    'What to do: What a person does.',
  ])
})

test('when nothing was tried it says so, also without a runbook', () => {
  const account = writeAccount({ ...parts, runbook: undefined, attempts: [], seen: [] })
  expect(account).toContain('Tried:\n  nothing\nProven:\n  nothing')
})

test('secrets in what containers and adapters said do not reach it', () => {
  const detail = 'postgres://admin:hunter2@db/shop refused; password=hunter2'
  const account = writeAccount({
    ...parts,
    detail,
    attempts: [attempt(1, { detail })],
    seen: ['Authorization: Bearer hunter2hunter2'],
  })
  expect(account).not.toContain('hunter2')
  expect(account).toContain('[redacted]')
})

test('however much was said, what to do is still in it, and half a character never', () => {
  const long = `${'x'.repeat(498)}\u{1F4A5}${'y'.repeat(5_000)}`
  const attempts = Array.from({ length: 60 }, (_, index) =>
    attempt(index, {
      detail: index < 50 ? '' : long.slice(0, 200),
      evidence: [{ check: 'running', before: '-', after: '-', at: 0 }],
    }),
  )
  const account = writeAccount({ ...parts, attempts, detail: long })
  expect(account.length).toBeLessThanOrEqual(8_000)
  expect(account).toContain('50 earlier attempts')
  expect(account).toContain('What to do: What a person does.')
  expect(account.isWellFormed()).toBe(true)
})
