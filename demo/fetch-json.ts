import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** A question to an HTTP API, and the shape that its answer must have. */
export type Question<Schema extends TSchema> = {
  readonly url: string
  readonly schema: Schema
  readonly token?: string
}

/** Asks, and returns the answer once it has the shape asked for; rejects for every other status and shape, after 3 s at the latest. */
export async function fetchJson<Schema extends TSchema>(
  { url, schema, token }: Question<Schema>,
  signal: AbortSignal,
): Promise<Static<Schema>> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await fetch(url, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(3_000)]) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 200)}`)
  const value: unknown = JSON.parse(text)
  if (!Value.Check(schema, value)) {
    const faults = Value.Errors(schema, value).map((fault) => `${fault.instancePath} ${fault.message}`)
    throw new Error(`${url} answered in an unexpected shape: ${faults.slice(0, 3).join('; ')}`)
  }
  return value
}

/** Whether an address answers a GET with 200 within a second. */
export async function answersOk(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(1_000)]) })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    signal.throwIfAborted()
    return false
  }
}
