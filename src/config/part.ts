/** Parts of values whose shape is not known: what is not there, or is something else, is left out. */
import type { ConfigPath } from './config-fault.ts'

/** The value at a path; `undefined` where there is none. */
export function partAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    value,
  )
}

/** The entries of the list at a path, each with its own path; none where there is no list. */
export function entriesAt(
  value: unknown,
  path: ConfigPath,
): readonly { readonly path: ConfigPath; readonly value: unknown }[] {
  const list = partAt(value, path)
  if (!Array.isArray(list)) return []
  return list.map((entry: unknown, index) => ({ path: [...path, index], value: entry }))
}
