/** Answers of other systems that should be JSON, and the error that says that they are not what they should be. */
import { AdapterError } from './adapter-error.ts'

type System = AdapterError['system']

/** The error `bad-answer`: `found` continues the sentence "prometheus answered ...". */
export function badAnswer(system: System, found: string): AdapterError {
  return new AdapterError(system, 'bad-answer', `${system} answered ${found}`)
}

/** Reads the JSON of an answer; throws `AdapterError` `bad-answer` where it is none. */
export function parseJsonAnswer(system: System, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badAnswer(system, 'with something else than JSON')
  }
}
