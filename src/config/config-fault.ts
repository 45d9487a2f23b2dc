/** Faults of a configuration: all of them at once, each with its place, what was found and what is expected. */

/** One fault. Never holds a secret. */
export type ConfigFault = {
  /** File as it was named; for a value of the command line, the flag. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** Key within the file, `routes[0].match[1]`; empty for the whole file. */
  readonly path: string
  readonly found: string
  readonly expected: string
}

/** Steps from the root of a file to a value: keys of mappings, indexes of lists. */
export type ConfigPath = readonly (string | number)[]

/** Writes a path as people do: `routes[0].match[1]`. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const name = /^[A-Za-z0-9_-]{1,100}$/.test(step) ? step : JSON.stringify(step.slice(0, 100))
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/** One line for each fault: `selfheal.yml:3:7: mode: found "atuo", expected one of observe, advise, auto`. */
export function formatFaults(faults: readonly ConfigFault[]): string {
  return faults
    .map(({ file, line, column, path, found, expected }) => {
      const place = path === '' ? '' : ` ${path}:`
      return `${file}:${line}:${column}:${place} found ${found}, expected ${expected}`
    })
    .join('\n')
}
