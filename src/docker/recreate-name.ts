/**
 * How containers are named while one is being replaced.
 *
 * - draft: the new container before it takes over, `NAME.selfheal-new-ID`
 * - kept:  the old container after it gave way, `NAME.selfheal-kept-ID`
 *
 * `ID` is the first 12 digits of the old container's id in both, so that a draft and a kept one can be paired. Neither is a
 * replica of anything: whatever else their labels say, they are never listed, observed or acted on as a target.
 */
import type { Labels } from './opt-in.ts'

/** Label of a container that replaces another: the full id of that one. */
export const REPLACES_LABEL = 'selfheal.replaces'
/** Label of a container that replaces another: `true` when that one ran. */
export const RAN_LABEL = 'selfheal.replaces.ran'

/** A name that a container has while it is being replaced. */
export type ReplacementName = {
  /** The container's right name. */
  readonly name: string
  readonly part: 'draft' | 'kept'
  /** First 12 digits of the old container's id. */
  readonly oldId: string
}

/** What tells whether a container is a draft or a kept one. */
export type Candidate = { readonly id: string; readonly name: string; readonly labels: Labels }

const PATTERN = /^(.+)\.selfheal-(new|kept)-([0-9a-f]{12})$/

/** The name of the new container before it takes over from `old`. */
export function draftNameOf(old: { readonly id: string; readonly name: string }): string {
  return `${old.name}.selfheal-new-${shortId(old.id)}`
}

/** The name of `old` after it gave way. */
export function keptNameOf(old: { readonly id: string; readonly name: string }): string {
  return `${old.name}.selfheal-kept-${shortId(old.id)}`
}

/** The first 12 digits of an id, as Docker shows them. */
export function shortId(id: string): string {
  return id.slice(0, 12)
}

/**
 * Reads the name of a draft or of a kept container; `null` for every other container, also for one that merely has such a name:
 * a draft says in its label whom it replaces, and a kept one has its own id in its name.
 */
export function readReplacementName({ id, name, labels }: Candidate): ReplacementName | null {
  const [, right, kind, oldId] = PATTERN.exec(name) ?? []
  if (right === undefined || oldId === undefined) return null
  const part = kind === 'new' ? 'draft' : 'kept'
  const proof = part === 'draft' ? labels[REPLACES_LABEL] : id
  return proof?.startsWith(oldId) ? { name: right, part, oldId } : null
}
