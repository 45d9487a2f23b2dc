/** Log lines to standard error: those that may wait leave in one piece at the end of their turn of the event loop. */
import type { DestinationStream } from 'pino'

/** Levels of pino from here on are written at once. */
const warn = 40

/** So much text does not wait for the end of the turn. */
const mostWaiting = 64 * 1024

/** A destination of lines; what waits is written by `flush`. */
export type GatheredLines = DestinationStream & {
  /** Level and phrase of the line that is being written, which pino leaves here. */
  lastLevel: number
  lastMsg: string
  readonly flush: () => void
}

/**
 * Gathers the lines of one turn of the event loop whose phrase may wait, and gives them to `write`, in order and as whole
 * lines. All others, and every line from `warn` on, are written at once with what precedes them; and what waits when the
 * process exits is written then, so that a thrown error loses no line. `write` must be done when it returns.
 */
export function gatherLines(write: (lines: string) => void, mayWait: (phrase: string) => boolean): GatheredLines {
  let waiting = ''
  let isPlanned = false
  const flush = (): void => {
    if (waiting === '') return
    const gathered = waiting
    waiting = ''
    write(gathered)
  }
  process.once('exit', flush)
  const lines: GatheredLines = {
    lastLevel: 0,
    lastMsg: '',
    flush,
    write: (line) => {
      waiting += line
      if (lines.lastLevel >= warn || !mayWait(lines.lastMsg) || waiting.length > mostWaiting) flush()
      else if (!isPlanned) {
        isPlanned = true
        setImmediate(() => {
          isPlanned = false
          flush()
        })
      }
    },
  }
  // How pino is asked to leave these of each line on its destination.
  Reflect.set(lines, Symbol.for('pino.metadata'), true)
  return lines
}
