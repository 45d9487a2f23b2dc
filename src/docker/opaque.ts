/** Values that are not worth showing. */
import { inspect } from 'node:util'

/**
 * The same value, which shows as its name only. dockerode's transport renders everything that it is given, to any depth, for
 * a debug line that nobody reads, on every call: an agent with its connections takes milliseconds each time.
 */
export function opaque<T extends object>(value: T, name: string): T {
  Reflect.set(value, inspect.custom, () => name)
  return value
}
