/**
 * Regular expressions that cannot be made slow: RE2's syntax, matched by following all states at once.
 *
 * A backtracking engine takes exponential time for `(a+)+` and cubic time for `.*a.*a.*a`; whoever writes a label would
 * decide how long. Here the time is linear in the value's length. Transitions are remembered, so that matching the
 * same pattern often costs one look-up a character.
 *
 * - state: the instructions at which the pattern may be, and the kind of the character before
 */
import { compileProgram, type Instruction } from './pattern-program.ts'
import { type Assertion, PatternError, parsePattern } from './pattern-syntax.ts'

export { PatternError } from './pattern-syntax.ts'

/** A compiled regular expression, anchored at both ends. */
export type Pattern = {
  readonly source: string
  /** Whether the whole value matches. */
  readonly matches: (value: string) => boolean
}

type Neighbour = 'none' | 'newline' | 'word' | 'other'
type State = { readonly at: readonly number[]; readonly before: Neighbour; readonly next: Map<number, State> }

const longestPattern = 1000
const mostRemembered = 10_000

/** Compiles a pattern of at most 1,000 characters; throws `PatternError` where RE2 would refuse it. */
export function compilePattern(source: string): Pattern {
  if (source.length > longestPattern) {
    throw new PatternError(`a pattern of ${source.length} characters`, `at most ${longestPattern}`)
  }
  const program = compileProgram(parsePattern(source))
  const states = new Map<string, State>()
  let remembered = 0

  const stateOf = (at: readonly number[], before: Neighbour): State => {
    const key = `${before}:${at.join(',')}`
    const state = states.get(key) ?? { at, before, next: new Map() }
    states.set(key, state)
    return state
  }
  const advance = (state: State, codePoint: number): State => {
    const known = state.next.get(codePoint)
    if (known !== undefined) return known
    const here = neighbourOf(codePoint)
    const after: number[] = []
    for (const index of follow(program, state, here)) {
      const instruction = program[index]
      if (instruction?.kind === 'character' && instruction.test(codePoint)) after.push(instruction.next)
    }
    if (remembered >= mostRemembered) {
      remembered = 0
      states.clear()
      return { at: after, before: here, next: new Map() }
    }
    remembered += 1
    const next = stateOf(after, here)
    state.next.set(codePoint, next)
    return next
  }
  return {
    source,
    matches: (value) => {
      let state = stateOf([0], 'none')
      for (const character of value) {
        state = advance(state, character.codePointAt(0) ?? 0)
        if (state.at.length === 0) return false
      }
      return follow(program, state, 'none').some((index) => program[index]?.kind === 'match')
    },
  }
}

/** All instructions that are reached from a state without a character, given the kind of the one that comes next. */
function follow(program: readonly Instruction[], state: State, after: Neighbour): readonly number[] {
  const seen = new Set<number>()
  const waiting = [...state.at]
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (seen.has(index)) continue
    seen.add(index)
    const instruction = program[index]
    if (instruction?.kind === 'split') waiting.push(...instruction.targets)
    else if (instruction?.kind === 'assertion' && asserts(instruction.assertion, state.before, after)) {
      waiting.push(instruction.next)
    }
  }
  return [...seen].sort((a, b) => a - b)
}

function asserts(assertion: Assertion, before: Neighbour, after: Neighbour): boolean {
  switch (assertion) {
    case 'text-start':
      return before === 'none'
    case 'text-end':
      return after === 'none'
    case 'line-start':
      return before === 'none' || before === 'newline'
    case 'line-end':
      return after === 'none' || after === 'newline'
    case 'word-boundary':
      return (before === 'word') !== (after === 'word')
    case 'no-word-boundary':
      return (before === 'word') === (after === 'word')
  }
}

function neighbourOf(codePoint: number): Neighbour {
  if (codePoint === 0x0a) return 'newline'
  const isWord = codePoint < 0x80 && /\w/.test(String.fromCodePoint(codePoint))
  return isWord ? 'word' : 'other'
}
