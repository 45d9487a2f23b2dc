/** One event of a container, read from a line of Docker's event stream. */
import { asObject, looseTextAt, objectAt } from './shape.ts'

/** The kinds of events that tell who ended a container. */
export const eventActions = ['kill', 'die', 'stop', 'start', 'destroy'] as const

/** A container event. */
export type ContainerEvent = {
  readonly id: string
  readonly action: (typeof eventActions)[number]
  /** The engine's clock, epoch nanoseconds: beyond what a number holds exactly. */
  readonly atNanos: bigint
  /** The engine's clock, epoch milliseconds. */
  readonly at: number
  /** Of `kill`; `null` where it is not told. */
  readonly signal: number | null
  /** Of `die`; `null` where it is not told. */
  readonly exitCode: number | null
}

/** Reads one line; `null` for events of other kinds. Throws a `ShapeError` or `SyntaxError` for what is no event. */
export function parseContainerEvent(line: string): ContainerEvent | null {
  const event = asObject(JSON.parse(line), 'an event')
  const action = eventActions.find((known) => known === event.Action)
  if (action === undefined || event.Type !== 'container') return null
  const actor = objectAt(event, 'Actor')
  const attributes = objectAt(actor, 'Attributes')
  // Only the text has all digits. Inside texts the quotes are escaped and label values are quoted: neither can match.
  const atNanos = BigInt(/"timeNano":\s*(\d{1,19})\b/.exec(line)?.[1] ?? 0)
  return {
    id: looseTextAt(actor, 'ID'),
    action,
    atNanos,
    at: Number(atNanos / 1_000_000n),
    signal: wholeNumber(looseTextAt(attributes, 'signal')),
    exitCode: wholeNumber(looseTextAt(attributes, 'exitCode')),
  }
}

/** The `since` of a stream that begins with this event: `seconds.nanoseconds`. */
export function sinceOf({ atNanos }: ContainerEvent): string {
  return `${atNanos / 1_000_000_000n}.${String(atNanos % 1_000_000_000n).padStart(9, '0')}`
}

function wholeNumber(text: string): number | null {
  return /^\d{1,6}$/.test(text) ? Number(text) : null
}
