import { Type } from 'typebox'
import { fetchJson } from '../fetch-json.ts'
import type { Tell } from '../happening.ts'
import { extend, type Notes } from './notes.ts'
import type { Look } from './poll.ts'

const alertsSchema = Type.Array(
  Type.Object({
    labels: Type.Record(Type.String(), Type.String()),
    status: Type.Object({ state: Type.String() }),
  }),
)

/** Asks Alertmanager which alerts are active: the service's own, and selfheal's escalation. */
export function lookAtAlerts(notes: Notes, address: string, tell: Tell): Look {
  const { service } = notes.fault
  let wasActive = false
  return {
    what: 'Alertmanager',
    intervalMs: 250,
    look: async (signal) => {
      const at = Date.now()
      const all = await fetchJson({ url: `${address}/api/v2/alerts`, schema: alertsSchema }, signal)
      const active = all.filter((alert) => alert.status.state !== 'suppressed')
      const alert = active.find(({ labels }) => labels.service === service && labels.selfheal_origin === undefined)
      const escalation = active.find(
        ({ labels }) => labels.selfheal_origin === 'escalation' && labels.selfheal_target === notes.target,
      )
      if (alert !== undefined) notes.alert = extend(notes.alert, at)
      if ((alert !== undefined) !== wasActive) {
        const name =
          alert === undefined
            ? 'no alert is active in Alertmanager any more'
            : `${alert.labels.alertname} is active in Alertmanager`
        tell({ at, service, kind: 'alert', text: name })
        wasActive = alert !== undefined
      }
      if (escalation !== undefined) {
        const text = `${escalation.labels.alertname} is active in Alertmanager`
        if (notes.escalationAlert === null) tell({ at, service, kind: 'escalation', text })
        notes.escalationAlert = extend(notes.escalationAlert, at)
      }
      notes.lookedAt.set('alerts', at)
    },
  }
}
