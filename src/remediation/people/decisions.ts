/** Decisions: everything that a person may say of an incident, for the API. */
import { acknowledge, close } from './acknowledge.ts'
import { approve, reject, type Word } from './decide-proposal.ts'
import type { Decided, Person, PersonDeps } from './person.ts'

/**
 * What a person may decide. Each call is durable when it returns `ok`, and changes nothing when it does not; of several
 * that say something of the same proposal, the first one counts.
 */
export type Decisions = {
  readonly approve: (incident: number, word: Word & { readonly isOverBudget: boolean }) => Decided
  readonly reject: (incident: number, word: Word) => Decided
  readonly acknowledge: (incident: number, person: Person & { readonly isResumed: boolean }) => Decided
  readonly close: (incident: number, person: Person) => Decided
}

/** Binds the decisions to their surroundings. */
export function createDecisions(deps: PersonDeps): Decisions {
  return {
    approve: (incident, word) => approve(deps, incident, word),
    reject: (incident, word) => reject(deps, incident, word),
    acknowledge: (incident, person) => acknowledge(deps, incident, person),
    close: (incident, person) => close(deps, incident, person),
  }
}
