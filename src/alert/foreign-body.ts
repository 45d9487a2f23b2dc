/** Bodies that are JSON but no notification: what they look like, and what to change so that one arrives. */

const mostNames = 6

/** Names of fields come from the sender: only what is plainly a name is repeated. */
const isPlain = (name: string): boolean => /^[A-Za-z_][\w.-]{0,31}$/.test(name)

const listNames = (body: object): string => {
  const names = Object.keys(body)
  const shown = names.filter(isPlain).slice(0, mostNames)
  const others = names.length - shown.length
  if (names.length === 0) return 'no fields'
  if (shown.length === 0) return `${others} fields`
  return `the fields ${shown.join(', ')}${others === 0 ? '' : ` and ${others} more`}`
}

const sayVersion = (version: unknown): string =>
  typeof version === 'string' && /^[\w.]{1,10}$/.test(version) ? `"${version}"` : 'something else'

/**
 * Says what a body that is no notification of version 4 looks like, and what to change at its sender; `null` when it
 * has the outline of one, so that the fault lies deeper. Repeats names of fields, never their values.
 */
export function describeForeignBody(body: unknown): string | null {
  if (Array.isArray(body)) {
    return 'the body is an array and no object, as Prometheus posts alerts: let Prometheus post to Alertmanager, and Alertmanager here'
  }
  if (typeof body !== 'object' || body === null) return 'the body is not an object, and so no notification'
  const version: unknown = Reflect.get(body, 'version')
  if (version === undefined) {
    return `the body has ${listNames(body)} and no version: this is no notification of Alertmanager; where its receiver has a custom "payload", take that out`
  }
  if (version !== '4')
    return `version: found ${sayVersion(version)}, expected "4": this is no notification of Alertmanager`
  return null
}
