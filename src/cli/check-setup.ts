/** `check setup`: the whole way from Prometheus over Alertmanager to selfheal and Docker, tried out step by step. */
import { randomUUID } from 'node:crypto'
import { alertmanagerName } from '../app/alertmanager-name.ts'
import type { Settings } from '../config/settings.ts'
import type { ServerAddress } from './api-client.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { printJson, say } from './output.ts'
import { alertmanagerStep } from './setup/alertmanager-step.ts'
import { dockerStep } from './setup/docker-step.ts'
import { prometheusSteps } from './setup/prometheus-step.ts'
import { serverStep } from './setup/server-step.ts'
import { createSteps, formatStep, type StepSpec, type Steps } from './setup/step.ts'
import { testAlertStep } from './setup/test-alert-step.ts'

/** What the command was told. */
export type CheckSetupOptions = {
  readonly settings: Settings
  readonly isConfigured: boolean
  readonly receiver: string | undefined
  readonly server: ServerAddress
  readonly mayNotifyPeople: boolean
  readonly asJson: boolean
}

/** Runs every step, telling each as it happens. Throws `CommandFailed` with `faults` where any of them found one. */
export async function checkSetup(options: CheckSetupOptions): Promise<void> {
  const { settings, asJson } = options
  const steps = createSteps((result) => say(formatStep(result)))
  await steps.run(dockerStep(settings))
  for (const step of prometheusSteps(settings)) await steps.run(step)
  const isRunning = await steps.run(serverStep(options.server))
  if (settings.alertmanagers.length === 0) await steps.run(noAlertmanager)
  for (const index of settings.alertmanagers.keys()) await checkOne(steps, options, { index, isRunning })
  const faults = steps.results.filter(({ outcome }) => outcome === 'fault')
  if (asJson) printJson({ ok: faults.length === 0, steps: steps.results })
  if (faults.length > 0) throw new CommandFailed(exitCode.faults, '')
}

const noAlertmanager: StepSpec<void> = {
  name: 'alertmanager',
  timeoutMs: 1000,
  hint: '',
  work: async (tell) => {
    tell('fault', 'none is configured: nobody would hear of an escalation', 'alertmanagers in selfheal.yml')
  },
}

/** Members of a cluster of Alertmanagers wait for each other, 15 s for each that comes before. */
const patienceMs = 45_000

const checkOne = async (
  steps: Steps,
  { settings, isConfigured, receiver, server, mayNotifyPeople }: CheckSetupOptions,
  { index, isRunning }: { readonly index: number; readonly isRunning: boolean | undefined },
): Promise<void> => {
  const endpoint = settings.alertmanagers[index]
  if (endpoint === undefined) return
  const name = alertmanagerName(index)
  const subject = await steps.run(alertmanagerStep({ name, endpoint, settings, isConfigured, receiver }))
  if (subject === undefined || subject === null || isRunning !== true) return
  const mark = randomUUID()
  const question = { endpoint, subject, server, mark, mayNotifyPeople, patienceMs }
  await steps.run(testAlertStep({ name: `${name} test alert`, ...question }))
}
