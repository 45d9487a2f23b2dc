/** What a container's own labels allow: whether it may be touched, and how far. */
import { type Mode, modes } from '../incident/record.ts'

/** A container's labels. */
export type Labels = Readonly<Record<string, string>>

/** Whether the configuration opts a container in. */
export type OptIn = (labels: Labels) => boolean

/**
 * Whether the container is opted in: by `selfheal.enable=true`, or by the configuration where it has no such label.
 * Any other value of the label opts out, as `false` does: who wrote it meant something, and the safe side is to keep off.
 */
export function isOptedIn(labels: Labels, optIn: OptIn): boolean {
  const own = labels['selfheal.enable']
  return own === undefined ? optIn(labels) : own.trim().toLowerCase() === 'true'
}

/** Whether the container's label asks for protection; every value but `false` does. */
export function asksForProtection(labels: Labels): boolean {
  const own = labels['selfheal.protect']
  return own !== undefined && own.trim().toLowerCase() !== 'false'
}

/** The container's `selfheal.mode`, which may only lower; `null` without the label, `observe` for a value that is no mode. */
export function modeOf(labels: Labels): Mode | null {
  const own = labels['selfheal.mode']
  if (own === undefined) return null
  return modes.find((mode) => mode === own.trim().toLowerCase()) ?? 'observe'
}
