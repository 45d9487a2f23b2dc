/** Whether an Alertmanager is there, and whether what it runs with lets selfheal heal. */
import type { Subject } from '../../alertmanager-config/context.ts'
import { lintAlertmanager } from '../../alertmanager-config/lint.ts'
import { partAt } from '../../config/part.ts'
import type { Endpoint, Settings } from '../../config/settings.ts'
import { exchange, refusedBy } from '../../lib/http-exchange.ts'
import { parseJsonAnswer } from '../../lib/json-answer.ts'
import { alertmanagerContext, type ContextOptions } from '../alertmanager-context.ts'
import type { StepSpec } from './step.ts'

const longestAnswer = 16 * 1024 * 1024

/** What is to be asked of one Alertmanager, and the words for it. */
export type AlertmanagerQuestion = Omit<ContextOptions, 'version'> & {
  readonly name: string
  readonly endpoint: Endpoint
  readonly settings: Settings
}

/** Asks for the running configuration and judges it; answers the parts that a test alert needs. */
export function alertmanagerStep(question: AlertmanagerQuestion): StepSpec<Subject | null> {
  const { name, endpoint, settings } = question
  return {
    name,
    timeoutMs: endpoint.timeoutMs + 1000,
    hint: 'an Alertmanager at that address of alertmanagers, and credentials that it takes',
    work: async (tell, signal) => {
      const system = { system: 'alertmanager', maxBytes: longestAnswer, ...endpoint } as const
      const answer = await exchange(system, { method: 'GET', path: '/api/v2/status' }, signal)
      if (answer.status !== 200) throw refusedBy(system, answer.status)
      const status = parseJsonAnswer('alertmanager', answer.text)
      const version = partAt(status, ['versionInfo', 'version'])
      const text = partAt(status, ['config', 'original'])
      if (typeof version !== 'string' || typeof text !== 'string') {
        tell('fault', 'an answer that is no status of Alertmanager', 'its address without /api/v2')
        return null
      }
      tell('ok', `version ${version} answers`)
      const context = alertmanagerContext(settings, { ...question, version })
      const { findings, subject } = lintAlertmanager('its configuration', text, context)
      for (const { severity, line, path, found, expected } of findings) {
        tell(severity, `${path || 'its configuration'} (line ${line}): ${found}`, expected)
      }
      const faults = findings.filter(({ severity }) => severity === 'fault')
      if (faults.length === 0) tell('ok', 'nothing in its configuration breaks healing')
      return subject
    },
  }
}
