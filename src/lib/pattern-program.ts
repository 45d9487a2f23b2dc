/** Writes a regular expression's tree out as a program: a list of instructions that refer to each other by index. */
import type { CharacterTest } from './pattern-class.ts'
import { type Assertion, PatternError, type PatternNode } from './pattern-syntax.ts'

/** One step. `split` goes on at all of its targets; `match` is the end. */
export type Instruction =
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'split'; readonly targets: readonly number[] }
  | { readonly kind: 'match' }

const mostInstructions = 4000

/**
 * Compiles a tree. The program starts at instruction 0. Counted repetitions are written out; throws `PatternError`
 * when that makes more than 4,000 instructions.
 */
export function compileProgram(root: PatternNode): readonly Instruction[] {
  const writer = new ProgramWriter()
  writer.write(root)
  writer.add({ kind: 'match' })
  return writer.program
}

class ProgramWriter {
  readonly program: Instruction[] = []
  #visited = 0

  add(instruction: Instruction): void {
    this.program.push(instruction)
  }

  write(node: PatternNode): void {
    // Nodes are counted too: repetitions of nothing write no instruction, however often they are repeated.
    this.#visited += 1
    if (this.#visited > 4 * mostInstructions || this.program.length > mostInstructions) {
      throw new PatternError('a pattern that is too large once its repetitions are written out', 'smaller counts')
    }
    if (node.kind === 'character') this.add({ kind: 'character', test: node.test, next: this.program.length + 1 })
    else if (node.kind === 'assertion') this.add({ ...node, next: this.program.length + 1 })
    else if (node.kind === 'sequence') for (const part of node.parts) this.write(part)
    else if (node.kind === 'choice') this.#writeChoice(node.parts)
    else this.#writeRepetition(node)
  }

  #writeChoice(parts: readonly PatternNode[]): void {
    const starts = this.#split()
    const ends: number[][] = []
    for (const part of parts) {
      starts.push(this.program.length)
      this.write(part)
      ends.push(this.#split())
    }
    for (const end of ends) end.push(this.program.length)
  }

  #writeRepetition({ part, min, max }: PatternNode & { readonly kind: 'repetition' }): void {
    for (let count = 0; count < min; count += 1) this.write(part)
    const exits: number[][] = []
    const isEndless = max === Number.POSITIVE_INFINITY
    const loop = this.program.length
    for (let count = min; count < (isEndless ? min + 1 : max); count += 1) {
      const targets = this.#split()
      targets.push(this.program.length)
      exits.push(targets)
      this.write(part)
    }
    if (isEndless) this.#split().push(loop)
    for (const targets of exits) targets.push(this.program.length)
  }

  /** Adds a split whose targets are filled in afterwards. */
  #split(): number[] {
    const targets: number[] = []
    this.add({ kind: 'split', targets })
    return targets
  }
}
