import type { Log } from '../../../src/lib/log.ts'

/** One line as it was logged. */
export type Line = { readonly level: string; readonly msg: string; readonly [field: string]: unknown }

/** A log that keeps its lines. */
export function recordingLog(): { readonly log: Log; readonly lines: readonly Line[] } {
  const lines: Line[] = []
  const at =
    (level: string): Log['info'] =>
    (fields, msg) =>
      void lines.push({ ...fields, level, msg })
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines }
}
