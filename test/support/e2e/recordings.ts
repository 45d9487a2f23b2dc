import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rootFolder } from '../../../tools/parts.mjs'
import type { SentAlert } from './alert-source.ts'
import { brisk } from './receiving-stand.ts'

/** One message to wait for, after some alerts were posted. */
export interface RecordedStep {
  /** Name of the file: `NAME.json`; null: it is not kept. */
  readonly name: string | null
  readonly send?: readonly SentAlert[]
  /** Which of the bodies is meant; default: the next one. */
  readonly pick?: RegExp
}

/** A group of alerts with a route and receiver of its own, and what is recorded of it. */
export interface RecordedScene {
  readonly scene: string
  /** Versions before this one cannot be told to do it. */
  readonly since: string
  readonly receiver: string
  readonly route: object
  readonly webhook: object
  readonly steps: readonly RecordedStep[]
}

/** All instants are fixed, so that a body is the same in every run. */
const startsAt = new Date('2024-03-01T10:00:00.123Z')
const firingUntil = new Date('2099-01-01T00:00:00Z')
const resolvedAt = new Date('2024-03-01T10:07:30Z')

function alertOf(labels: Readonly<Record<string, string>>): SentAlert {
  return {
    labels,
    annotations: { summary: `<b>"${labels.service ?? ''}"</b> & more`, description: 'größer → 98.5 %' },
    startsAt,
    endsAt: firingUntil,
    generatorURL: 'http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
  }
}

const over = (alert: SentAlert): SentAlert => ({ ...alert, endsAt: resolvedAt })
const down = (scene: string, more: Readonly<Record<string, string>> = {}) =>
  alertOf({ alertname: 'ServiceDown', severity: 'critical', scene, service: 'web', ...more })

const usual = { since: '0.25.0', route: { ...brisk, group_by: ['scene', 'alertname'] }, webhook: {} }
const single = down('single')
const [one, two] = [down('several', { instance: 'a:1' }), down('several', { instance: 'b:1' })]
const [first, second] = [down('truncated', { instance: 'a:1' }), down('truncated', { instance: 'b:1' })]
const { alertname: _, ...nameless } = down('nameless').labels

/** What is recorded. */
export const recordedScenes: readonly RecordedScene[] = [
  {
    ...usual,
    scene: 'single',
    receiver: 'selfheal',
    route: { ...usual.route, repeat_interval: '1s' },
    steps: [
      { name: 'first', send: [single] },
      { name: 'repeat' },
      { name: 'resolved', send: [over(single)], pick: /^\{"receiver":"[^"]*","status":"resolved"/ },
    ],
  },
  {
    ...usual,
    scene: 'several',
    receiver: 'web.hook (eu)+1',
    steps: [
      // One after the other: an alert that began long ago waits for no other.
      { name: 'quoted-receiver', send: [one] },
      { name: 'new-alert', send: [two] },
      { name: 'mixed', send: [over(one)] },
    ],
  },
  {
    ...usual,
    scene: 'truncated',
    receiver: 'short',
    webhook: { max_alerts: 1 },
    steps: [
      { name: null, send: [first] },
      { name: 'truncated', send: [second] },
      { name: 'truncated-resolved', send: [over(first)] },
    ],
  },
  {
    ...usual,
    scene: 'nameless',
    receiver: 'nameless',
    steps: [{ name: 'no-alertname', send: [alertOf(nameless)] }],
  },
  {
    ...usual,
    scene: 'utf8',
    since: '0.27.0',
    receiver: 'größe',
    steps: [{ name: 'utf8', send: [down('utf8', { 'größe.日本': '😀', 'has space "and quote"': 'a\nb' })] }],
  },
  {
    ...usual,
    scene: 'payload',
    since: '0.32.0',
    receiver: 'foreign',
    webhook: { payload: { text: '{{ .CommonLabels.alertname }} is {{ .Status }}', channel: 'ops' } },
    steps: [{ name: 'custom-payload', send: [down('payload')] }],
  },
]

/** The folder of what a version posted. */
export function recordingFolder(version: string): string {
  return join(rootFolder, 'test/fixtures/alertmanager', version)
}

/** Whether this very version was recorded. */
export function isRecorded(version: string): boolean {
  return existsSync(recordingFolder(version))
}

/** Whether `version` is `other` or newer; both are three numbers. */
export function isAtLeast(version: string, other: string): boolean {
  const weigh = (text: string) => text.split('.').reduce((sum, part) => sum * 1000 + Number.parseInt(part, 10), 0)
  return weigh(version) >= weigh(other)
}
