/** Faults of the Docker engine, translated into the project's one adapter error. */
import { AdapterError, type AdapterErrorCode } from '../lib/adapter-error.ts'
import { BrokenAnswer } from './engine-agent.ts'
import { plainText } from './plain-text.ts'
import { ShapeError } from './shape.ts'

/** What a Docker fault says beside its code. */
export type DockerErrorDetails = {
  /** HTTP status that Docker answered with; `null` where it did not answer. */
  readonly status: number | null
  /** The request was sent and nothing says that Docker did not carry it out. */
  readonly mayHaveTakenEffect: boolean
  readonly retriable?: boolean
  readonly cause?: unknown
}

/** An `AdapterError` of the system `docker`, with what is needed to tell "Docker said no" from "it cannot be known". */
export class DockerError extends AdapterError {
  readonly status: number | null
  readonly mayHaveTakenEffect: boolean

  constructor(code: AdapterErrorCode, message: string, details: DockerErrorDetails) {
    const { cause, retriable } = details
    super('docker', code, message, { cause, ...(retriable === undefined ? {} : { retriable }) })
    this.status = details.status
    this.mayHaveTakenEffect = details.mayHaveTakenEffect
  }
}

/** What was asked of whom, for the message. */
export type CallContext = {
  /** The call in words, for example `inspect web-1`. */
  readonly what: string
  /** The engine's address in words. */
  readonly address: string
}

const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket: is Docker running, and is its socket mounted here?',
  ECONNREFUSED: 'nothing listens there: is Docker running?',
  EACCES: 'permission denied: add the user that selfheal runs as to the group that owns the socket',
  EPERM: 'permission denied: add the user that selfheal runs as to the group that owns the socket',
  ENOTSOCK: 'that path is no socket: correct the address of the engine',
  ENOTFOUND: 'the host name is not known: correct the address of the engine',
  EAI_AGAIN: 'the host name cannot be resolved now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
}

/** Statuses by which a proxy before the engine says that it does not know what became of the request. */
const PROXY_GAVE_UP = [502, 504]

/** Translates whatever dockerode threw. Never throws; the message is bounded and without control characters. */
export function translateDockerError(error: unknown, { what, address }: CallContext): DockerError {
  if (error instanceof DockerError) return error
  const status = numberOf(error, 'statusCode')
  if (status !== null) return translateStatus(error, status, what)
  const hint = NOT_CONNECTED[textOf(error, 'code') ?? '']
  if (hint !== undefined)
    return new DockerError('unreachable', `Docker at ${address} cannot be reached (${what}): ${hint}`, {
      status: null,
      mayHaveTakenEffect: false,
      cause: error,
    })
  return new DockerError('bad-answer', `Docker gave no usable answer (${what}): ${messageOf(error)}`, {
    status: null,
    mayHaveTakenEffect: true,
    retriable: !(error instanceof ShapeError),
    cause: error,
  })
}

function translateStatus(error: unknown, status: number, what: string): DockerError {
  const said = `Docker answered ${status} (${what}): ${messageOf(error)}`
  const mayHaveTakenEffect = PROXY_GAVE_UP.includes(status)
  const details = { status, mayHaveTakenEffect, cause: error }
  if (status === 404) return new DockerError('not-found', said, details)
  if (status >= 400 && status < 500) return new DockerError('refused', said, details)
  return new DockerError('bad-answer', said, { ...details, retriable: status >= 500 })
}

function messageOf(error: unknown): string {
  const said = textOf(Reflect.get(Object(error), 'json'), 'message')
  if (said !== null) return plainText(said)
  if (error instanceof BrokenAnswer) return error.message
  return plainText(error instanceof Error ? error.message : String(error))
}

function textOf(value: unknown, key: string): string | null {
  const found: unknown = Reflect.get(Object(value), key)
  return typeof found === 'string' ? found : null
}

function numberOf(value: unknown, key: string): number | null {
  const found: unknown = Reflect.get(Object(value), key)
  return typeof found === 'number' ? found : null
}
