import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { fetchJson } from '../fetch-json.ts'
import type { Tell } from '../happening.ts'
import type { Notes } from './notes.ts'
import type { Look } from './poll.ts'

const messagesSchema = Type.Object({
  messages: Type.Array(Type.Object({ at: Type.String(), way: Type.String(), body: Type.Unknown() })),
})

const labelsSchema = Type.Record(Type.String(), Type.String())

const alertmanagerSchema = Type.Object({
  alerts: Type.Array(Type.Object({ status: Type.String(), labels: labelsSchema })),
})

const escalationSchema = Type.Object({ event: Type.String(), labels: labelsSchema })

/** Asks the pager what a person would have got. */
export function lookAtPager(notes: Notes, address: string, tell: Tell): Look {
  const { service } = notes.fault
  let read = 0
  return {
    what: 'the pager',
    intervalMs: 500,
    look: async (signal) => {
      const lookedAt = Date.now()
      const { messages } = await fetchJson({ url: `${address}/messages`, schema: messagesSchema }, signal)
      for (const { at: time, way, body } of messages.slice(read)) {
        const at = Date.parse(time)
        if (at < notes.injectedAt) continue
        if (way === 'escalation' && isEscalationOf(body, notes.target)) {
          notes.escalationReceivedAt ??= at
          tell({ at, service, kind: 'page', text: 'the pager got the escalation from selfheal' })
        }
        const page = way === 'alertmanager' ? readPage(body, notes) : undefined
        if (page === 'alert') notes.pages += 1
        if (page !== undefined) tell({ at, service, kind: 'page', text: `the pager got the ${page} from Alertmanager` })
      }
      read = messages.length
      notes.lookedAt.set('pager', lookedAt)
    },
  }
}

function isEscalationOf(body: unknown, target: string): boolean {
  return Value.Check(escalationSchema, body) && body.event === 'escalated' && body.labels.selfheal_target === target
}

/** Which of the two a message of Alertmanager's tells of, if it is about this fault. */
function readPage(body: unknown, { fault, target }: Notes): 'alert' | 'escalation' | undefined {
  if (!Value.Check(alertmanagerSchema, body)) return undefined
  const firing = body.alerts.filter((alert) => alert.status === 'firing').map((alert) => alert.labels)
  if (firing.some((labels) => labels.selfheal_origin === undefined && labels.service === fault.service)) return 'alert'
  return firing.some((labels) => labels.selfheal_target === target) ? 'escalation' : undefined
}
