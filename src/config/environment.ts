/** `${NAME}` within the values of a configuration. */
import type { ConfigPath } from './config-fault.ts'

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What substitution led to. */
export type Substitution = {
  readonly value: unknown
  /** Texts that came from the environment, at least in part: never shown. */
  readonly substituted: readonly ConfigPath[]
  readonly missing: readonly { readonly path: ConfigPath; readonly name: string }[]
}

/**
 * Replaces `${NAME}` in all texts by the environment variable. `$${NAME}` stands for `${NAME}` itself; a dollar sign
 * anywhere else is left alone. What a variable holds is not looked at again.
 */
export function substituteEnvironment(root: unknown, env: Environment): Substitution {
  const substituted: ConfigPath[] = []
  const missing: { path: ConfigPath; name: string }[] = []
  const replace = (text: string, path: ConfigPath): string =>
    text.replaceAll(/\$(\$\{[A-Za-z_]\w*\})|\$\{([A-Za-z_]\w*)\}/g, (whole, escaped?: string, name?: string) => {
      if (escaped !== undefined || name === undefined) return escaped ?? whole
      substituted.push(path)
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (value === undefined) missing.push({ path, name })
      return value ?? whole
    })
  const walk = (value: unknown, path: ConfigPath): unknown => {
    if (typeof value === 'string') return replace(value, path)
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]))
  }
  return { value: walk(root, []), substituted, missing }
}
