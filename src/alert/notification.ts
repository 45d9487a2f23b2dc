/**
 * Notifications: what Alertmanager posts to a webhook, its format version "4".
 *
 * Senders add fields without raising the version, so unknown fields are allowed, and only what is used is checked.
 * An alert that cannot be used is reported by itself: it does not take the others of its notification with it.
 */
import { Ajv } from 'ajv'
import { type Static, Type } from 'typebox'
import { beginningOfJson } from '../lib/beginning-of-json.ts'
import { parseInstant, zeroInstant } from '../lib/rfc3339.ts'
import { copyTexts, type Texts, textsSchema, toOneLine } from '../lib/text-record.ts'
import type { AlertReport } from './episode.ts'
import { computeFingerprint } from './fingerprint.ts'
import { describeForeignBody } from './foreign-body.ts'

const statusSchema = Type.Union([Type.Literal('firing'), Type.Literal('resolved')])
const labelsSchema = Type.Union([Type.Unsafe<Texts>(textsSchema), Type.Null()])

/** One alert as it is posted. What a sender left out is filled in, see `readNotification`. */
export const alertSchema = Type.Object({
  status: Type.Optional(statusSchema),
  labels: Type.Optional(labelsSchema),
  annotations: Type.Optional(labelsSchema),
  startsAt: Type.Optional(Type.String()),
  endsAt: Type.Optional(Type.String()),
  generatorURL: Type.Optional(Type.String()),
  fingerprint: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_.:-]{0,64}$' })),
})

/** A whole notification as it is posted; its alerts are checked one by one against `alertSchema`. */
export const notificationSchema = Type.Object({
  version: Type.Literal('4'),
  receiver: Type.Optional(Type.String()),
  groupKey: Type.Optional(Type.String()),
  groupLabels: Type.Optional(labelsSchema),
  status: Type.Optional(statusSchema),
  truncatedAlerts: Type.Optional(Type.Integer({ minimum: 0 })),
  alerts: Type.Array(Type.Unknown()),
})

/** An alert that cannot be used. */
export type UnusableAlert = {
  /** Its place in the notification, from 0. */
  readonly index: number
  /** What was found there. */
  readonly found: string
  /** The first 4,096 characters of it, as JSON. */
  readonly text: string
}

/** How many unusable alerts of one notification are described, and how much of each. */
const mostUnusable = 100
const longestUnusable = 4096

/** What a notification says. */
export type Notification = {
  /** Name of Alertmanager's receiver, with the characters escaped that are special in regular expressions. */
  readonly receiver: string
  readonly groupKey: string
  /** What the alerts of its group have in common by the route's `group_by`. */
  readonly groupLabels: Readonly<Record<string, string>>
  /** Status of the alerts that were sent; with `truncatedAlerts` above 0 it says nothing about the others. */
  readonly status: 'firing' | 'resolved'
  /** How many alerts of the group were cut off by the sender. */
  readonly truncatedAlerts: number
  readonly alerts: readonly AlertReport[]
  /** The first 100 alerts that cannot be used. */
  readonly unusable: readonly UnusableAlert[]
  /** How many alerts beyond those cannot be used either. */
  readonly moreUnusable: number
}

/** A notification, or why a body is none. */
export type NotificationReading =
  | { readonly ok: true; readonly notification: Notification }
  | { readonly ok: false; readonly reason: string }

const utf8 = new TextDecoder('utf-8', { fatal: true })
const ajv = new Ajv({ strict: true })
const isNotification = ajv.compile<Static<typeof notificationSchema>>(notificationSchema)
const isAlert = ajv.compile<Static<typeof alertSchema>>(alertSchema)

/** Alerts that are read at a stretch where a body is read in slices. */
const sliceSize = 500

/**
 * Reads the body of a webhook request. `receivedAt` (epoch milliseconds) stands in for instants that a sender left out.
 *
 * A missing `status` is derived from `endsAt`, a missing `fingerprint` is computed from the labels. Label and annotation
 * sets have no prototype, so that no name in them (`__proto__`, `constructor`) means anything but itself.
 */
export function readNotification(body: Uint8Array, receivedAt: number): NotificationReading {
  const steps = readInSteps(body, receivedAt)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same for a large body: `pause` runs after the JSON was parsed, and after each 500 alerts. */
export async function readNotificationInSlices(
  body: Uint8Array,
  receivedAt: number,
  pause: () => Promise<void>,
): Promise<NotificationReading> {
  const steps = readInSteps(body, receivedAt)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await pause()
  }
}

function* readInSteps(body: Uint8Array, receivedAt: number): Generator<undefined, NotificationReading, undefined> {
  const read = readJson(body)
  if (!read.ok) return read
  yield
  if (!isNotification(read.value)) {
    const reason = describeForeignBody(read.value) ?? describeFault(isNotification.errors, 'the body')
    return { ok: false, reason }
  }
  const { receiver, groupKey, groupLabels, status, truncatedAlerts, alerts: posted } = read.value
  const alerts: AlertReport[] = []
  const unusable: UnusableAlert[] = []
  let moreUnusable = 0
  for (const [index, alert] of posted.entries()) {
    if (index > 0 && index % sliceSize === 0) yield
    const report = readAlert(alert, receivedAt)
    if (typeof report !== 'string') alerts.push(report)
    else if (unusable.length === mostUnusable) moreUnusable += 1
    else unusable.push({ index, found: report, text: beginningOfJson(alert, longestUnusable) })
  }
  return {
    ok: true,
    notification: {
      receiver: receiver ?? '',
      groupKey: groupKey ?? '',
      groupLabels: copyTexts(groupLabels ?? {}),
      status: status ?? (alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved'),
      truncatedAlerts: truncatedAlerts ?? 0,
      alerts,
      unusable,
      moreUnusable,
    },
  }
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }

function readJson(body: Uint8Array): Json {
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    return { ok: false, reason: 'the body is not UTF-8' }
  }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, reason: text.trim() === '' ? 'the body is empty' : 'the body is not JSON' }
  }
}

/** The report, or what is wrong with the alert. */
function readAlert(value: unknown, receivedAt: number): AlertReport | string {
  if (!isAlert(value)) return describeFault(isAlert.errors, 'the alert')
  const labels = copyTexts(value.labels ?? {})
  const isNamed = value.fingerprint !== undefined && value.fingerprint !== ''
  if (!isNamed && Object.keys(labels).length === 0) return 'neither fingerprint nor labels'
  const startsAt = readInstant(value.startsAt, receivedAt)
  if (startsAt === undefined) return 'startsAt: no instant of RFC 3339'
  const endsAt = readInstant(value.endsAt, null)
  if (endsAt === undefined) return 'endsAt: no instant of RFC 3339'
  const status = value.status ?? (endsAt !== null && endsAt <= receivedAt ? 'resolved' : 'firing')
  return {
    status,
    fingerprint: isNamed && value.fingerprint !== undefined ? value.fingerprint : computeFingerprint(labels),
    labels,
    annotations: copyTexts(value.annotations ?? {}),
    startsAt,
    endsAt: status === 'firing' ? null : (endsAt ?? receivedAt),
  }
}

/** `undefined`: it cannot be read. Absent, or Go's zero time: `missing`. */
function readInstant<T>(text: string | undefined, missing: T): number | T | undefined {
  if (text === undefined || text === '') return missing
  const at = parseInstant(text)
  return at === zeroInstant ? missing : at
}

type Fault = { readonly instancePath: string; readonly keyword: string; readonly message?: string }

function describeFault(faults: readonly Fault[] | null | undefined, whole: string): string {
  const fault = faults?.[0]
  if (fault === undefined) return 'not what was expected'
  const place = fault.instancePath === '' ? whole : toOneLine(fault.instancePath.slice(1, 101))
  return `${place} ${fault.keyword === 'const' ? 'is not one of the known values' : (fault.message ?? 'is unusable')}`
}
