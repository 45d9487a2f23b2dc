import { answersOk } from '../fetch-json.ts'
import type { Tell } from '../happening.ts'
import type { Notes } from './notes.ts'
import type { Look } from './poll.ts'

/** Asks the service itself for its work, as its users would. */
export function lookAtService(notes: Notes, address: string, tell: Tell): Look {
  const { service, work } = notes.fault
  let wasAnswered = true
  return {
    what: service,
    intervalMs: 250,
    look: async (signal) => {
      const isAnswered = await answersOk(`${address}${work}`, signal)
      const at = Date.now()
      notes.probes.push({ at, isAnswered })
      notes.lookedAt.set('service', at)
      if (isAnswered !== wasAnswered)
        tell({
          at,
          service,
          kind: 'probe',
          text: isAnswered ? 'answers well again' : 'does not answer, or with an error',
        })
      wasAnswered = isAnswered
    },
  }
}

/** Orders in the shop, to show what the faults mean to its users; nothing is judged by it, as one fault is meant to stay. */
export function lookAtShop(address: string, tell: Tell): Look {
  let wasGood = true
  return {
    what: 'the shop',
    intervalMs: 500,
    look: async (signal) => {
      const isGood = await answersOk(`${address}/order`, signal)
      const at = Date.now()
      if (isGood !== wasGood)
        tell({
          at,
          service: 'shop',
          kind: 'probe',
          text: isGood ? 'orders are complete again' : 'orders are incomplete',
        })
      wasGood = isGood
    },
  }
}
