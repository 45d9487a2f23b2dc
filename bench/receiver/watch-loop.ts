/**
 * Loaded into each server before its own code: how long its event loop was blocked, and what the process uses.
 *
 * A timer of one millisecond sees the longest turn of the loop. Parsing a large body is one call that cannot be split,
 * so it is measured apart.
 */

/** What a server used and how long its loop was blocked since the last report. */
export type LoopReport = {
  /** Longest turn of the event loop, without the parsing of large JSON texts in it. */
  readonly blockMs: number
  /** Longest turn with everything in it. */
  readonly longestMs: number
  /** Longest parsing of one text. */
  readonly parseMs: number
  readonly rssMb: number
  /** User and system time, in milliseconds. */
  readonly cpuMs: number
}

const tickMs = 1
/** Texts from this length on, in characters, are a storm's. */
const largeText = 256 * 1024

let tickedAt = performance.now()
let parsedMs = 0
let longest = { blockMs: 0, longestMs: 0, parseMs: 0 }
let cpu = process.cpuUsage()

const parse = JSON.parse
JSON.parse = (text: string, reviver?: Parameters<typeof JSON.parse>[1]) => {
  if (text.length < largeText) return parse(text, reviver)
  const startedAt = performance.now()
  try {
    return parse(text, reviver)
  } finally {
    const tookMs = performance.now() - startedAt
    parsedMs += tookMs
    longest.parseMs = Math.max(longest.parseMs, tookMs)
  }
}

const tick = (): void => {
  const now = performance.now()
  const turnMs = Math.max(0, now - tickedAt - tickMs)
  longest.longestMs = Math.max(longest.longestMs, turnMs)
  longest.blockMs = Math.max(longest.blockMs, turnMs - parsedMs)
  tickedAt = now
  parsedMs = 0
  setTimeout(tick, tickMs).unref()
}
tick()

process.on('message', (message) => {
  if (message !== 'report') return
  tick()
  const { user, system } = process.cpuUsage(cpu)
  process.send?.({ ...longest, rssMb: process.memoryUsage.rss() / 2 ** 20, cpuMs: (user + system) / 1000 })
  longest = { blockMs: 0, longestMs: 0, parseMs: 0 }
  cpu = process.cpuUsage()
})
process.channel?.unref()
