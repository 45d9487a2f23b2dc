/** Alerts as the command line gives them: `--labels a=b c=d`, or a file. */
import { readFile } from 'node:fs/promises'
import { CommandFailed, exitCode } from './exit-code.ts'

/** Labels and annotations of one alert. */
export type GivenAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Reads `name=value` pairs; the value is taken as it is, so quotes around it, or a name given twice, are a mistake. */
export function readLabels(pairs: readonly string[]): GivenAlert {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new CommandFailed(exitCode.usage, `expected name=value, found ${JSON.stringify(pair)}`)
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    if (/^".*"$/s.test(value))
      throw new CommandFailed(exitCode.usage, `expected ${name}=value without quotes, found ${JSON.stringify(pair)}`)
    return [name, value] as const
  })
  const twice = entries.find(([name], index) => entries.findIndex(([other]) => other === name) !== index)
  if (twice !== undefined) throw new CommandFailed(exitCode.usage, `expected each label once, found ${twice[0]} again`)
  return { labels: Object.fromEntries(entries), annotations: {} }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const texts = (value: unknown, where: string): Readonly<Record<string, string>> => {
  if (value === undefined) return {}
  if (!isRecord(value)) throw new CommandFailed(exitCode.usage, `${where}: expected an object of texts`)
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text !== 'string') throw new CommandFailed(exitCode.usage, `${where}.${name}: expected a text`)
      return [name, text] as const
    }),
  )
}

const pickAlert = (value: unknown, file: string): Readonly<Record<string, unknown>> => {
  const alerts = isRecord(value) && Array.isArray(value.alerts) ? (value.alerts as readonly unknown[]) : [value]
  const firing = alerts.filter(isRecord).find((alert) => alert.status !== 'resolved')
  if (firing === undefined || !isRecord(firing.labels)) {
    throw new CommandFailed(exitCode.usage, `${file}: expected an alert with labels, or an Alertmanager notification`)
  }
  return firing
}

/** Reads one alert: an object with `labels`, or Alertmanager's webhook body, of which the first firing alert counts. */
export async function readAlertFile(file: string): Promise<GivenAlert> {
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new CommandFailed(exitCode.usage, `${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const alert = pickAlert(parsed, file)
  return { labels: texts(alert.labels, 'labels'), annotations: texts(alert.annotations, 'annotations') }
}
