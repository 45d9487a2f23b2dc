import { formatHappening, type Happening, type Tell } from './happening.ts'

/** A timeline that is printed while it happens. */
export type Timeline = {
  readonly tell: Tell
  /** Prints what is still held back, and stops. */
  readonly close: () => void
}

/** How long a line waits for earlier ones that are seen later: each side is looked at in its own rhythm. */
const holdMs = 1_000

/** Prints what happened in the order in which it happened, in seconds since the first fault. */
export function openTimeline(stream: NodeJS.WriteStream): Timeline {
  let held: Happening[] = []
  let since: number | undefined
  const flush = (until: number) => {
    const due = held.filter((happening) => happening.at <= until).sort((one, other) => one.at - other.at)
    held = held.filter((happening) => happening.at > until)
    for (const happening of due) {
      since ??= happening.at
      stream.write(`${formatHappening(happening, since, stream)}\n`)
    }
  }
  const timer = setInterval(() => flush(Date.now() - holdMs), 200)
  return {
    tell: (happening) => {
      held.push(happening)
    },
    close: () => {
      clearInterval(timer)
      flush(Number.POSITIVE_INFINITY)
    },
  }
}
