/** A runbook as it looks from inside the worker: unknown until its author code has been asked, one step at a time. */
import { explainCondition, explainPromise } from '../authoring/validate-answer.ts'
import { markFunctions } from '../authoring/validate-mark.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { CallAnswer, CallRequest } from './protocol.ts'
import { summariseThrown } from './thrown.ts'

const longestAnswer = 1024 * 1024

/**
 * The runbook as JSON, functions marked, or `null` when there is none; a promise is described as such, for JSON shows it
 * as `{}`. Throws when it is not made of plain values.
 */
export function describeDraft(draft: unknown): string | null {
  if (draft === undefined || draft === null) return null
  if (draft instanceof Promise) return JSON.stringify('a promise')
  return toJson(draft, markFunctions)
}

/** Runs the part of a runbook that was asked for; what it throws is an answer. */
export function answerCall(draft: unknown, request: CallRequest): CallAnswer {
  try {
    const observation: unknown = deepFreeze(JSON.parse(request.observation))
    if (request.part === 'summary') return value(call(read(draft, 'escalate'), 'summary', observation))
    const rung = read(read(draft, 'ladder'), request.rung)
    if (read(rung, 'when') !== undefined) {
      const answer = call(rung, 'when', observation)
      const wrong = explainCondition(answer)
      if (wrong !== null) return { kind: 'threw', detail: wrong }
      if (answer === false) return { kind: 'skipped' }
    }
    const planned = call(rung, 'plan', observation)
    const waiting = explainPromise(planned)
    return waiting === null ? value(planned) : { kind: 'threw', detail: waiting }
  } catch (error) {
    return { kind: 'threw', detail: summariseThrown(error) }
  }
}

function value(result: unknown): CallAnswer {
  return { kind: 'value', json: toJson(result) ?? 'null' }
}

function toJson(value: unknown, replacer?: (key: string, value: unknown) => unknown): string | null {
  const json: string | undefined = JSON.stringify(value, replacer)
  if (json === undefined) return null
  if (json.length > longestAnswer) throw new RangeError(`more than ${longestAnswer} characters of JSON`)
  return json
}

function read(holder: unknown, key: string | number): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined
}

function call(holder: unknown, name: string, argument: unknown): unknown {
  const method = read(holder, name)
  if (typeof method !== 'function') throw new TypeError(`${name} is no function`)
  return Reflect.apply(method, holder, [argument])
}
