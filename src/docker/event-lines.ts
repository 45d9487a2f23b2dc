/** Splits a stream into lines. */
import type { Readable } from 'node:stream'

/** Labels are part of an event and may be long; a line longer than this is no event. */
const LONGEST_LINE = 4 * 1024 * 1024

/** Yields every complete, non-empty line; throws when a line passes 4 MiB or the stream fails. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new Error('a line of the event stream has no end')
    for (const line of lines) if (line.trim() !== '') yield line
  }
}
