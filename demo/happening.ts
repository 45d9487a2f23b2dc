import { styleText } from 'node:util'

/** What kind of thing happened; the word that the timeline shows. */
export type HappeningKind =
  | 'fault'
  | 'container'
  | 'probe'
  | 'alert'
  | 'decision'
  | 'action'
  | 'proof'
  | 'recovered'
  | 'escalation'
  | 'page'
  | 'trouble'

/** One thing that happened, for a person to read. */
export type Happening = {
  /** Epoch milliseconds. */
  readonly at: number
  readonly service: string
  readonly kind: HappeningKind
  readonly text: string
}

/** Receives what happened, as it is seen. */
export type Tell = (happening: Happening) => void

const styles = {
  fault: 'red',
  container: 'gray',
  probe: 'cyan',
  alert: 'yellow',
  decision: 'blue',
  action: 'magenta',
  proof: 'green',
  recovered: 'greenBright',
  escalation: 'redBright',
  page: 'redBright',
  trouble: 'red',
} as const satisfies Record<HappeningKind, unknown>

/** One line: seconds since `since`, service, kind, text; in colour where `stream` is a terminal. */
export function formatHappening(happening: Happening, since: number, stream: NodeJS.WriteStream): string {
  const seconds = `${((happening.at - since) / 1_000).toFixed(1)} s`.padStart(8)
  const kind = styleText(styles[happening.kind], happening.kind.padEnd(10), { stream })
  return `${seconds}  ${happening.service.padEnd(8)} ${kind} ${oneLine(happening.text)}`
}

/** Text from elsewhere as one line, without control characters. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
