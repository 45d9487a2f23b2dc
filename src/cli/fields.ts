/** Reading what a server answered, whatever it is. */
import { CommandFailed, exitCode } from './exit-code.ts'

/** An object of an answer. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether a value has fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** The objects of a list in an answer; throws `CommandFailed` when the answer has no such list. */
export function listOf(answer: unknown, name: string): readonly Fields[] {
  const items = isFields(answer) ? answer[name] : undefined
  if (!Array.isArray(items)) throw new CommandFailed(exitCode.unreachable, `the server's answer has no ${name}`)
  return items.filter(isFields)
}

/** A value in a cell of a table. */
export function text(value: unknown): string {
  return value === null || value === undefined ? '-' : String(value)
}
