/**
 * Reads regular expressions in RE2's syntax, the one of Prometheus and Alertmanager, into a tree.
 * What RE2 does not have (backreferences, lookaround, possessive quantifiers) is refused.
 */
import { type CharacterTest, classMember, compileClass, perlClass, posixClass, unicodeClass } from './pattern-class.ts'

/** Assertions of RE2; none of them consumes a character. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary'

/** A regular expression as a tree. `max` is `Infinity` where a repetition has no upper bound. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repetition'; readonly part: PatternNode; readonly min: number; readonly max: number }

/** A text is not a regular expression of RE2. */
export class PatternError extends Error {
  readonly found: string
  readonly expected: string

  constructor(found: string, expected: string) {
    super(`found ${found}, expected ${expected}`)
    this.name = 'PatternError'
    this.found = found
    this.expected = expected
  }
}

type Flags = { readonly i: boolean; readonly m: boolean; readonly s: boolean }

/** RE2's own limit for counted repetitions. */
const mostRepetitions = 1000

const quantifier = /[*+?]|\{\d+,?\d*\}/y

/** Reads a whole pattern; throws `PatternError` at the first fault. */
export function parsePattern(source: string): PatternNode {
  const reader = new PatternReader(source)
  const node = reader.readChoice({ i: false, m: false, s: false })
  if (!reader.isAtEnd()) throw new PatternError('")" without "("', 'balanced parentheses')
  return node
}

class PatternReader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  isAtEnd(): boolean {
    return this.#at >= this.#source.length
  }

  readChoice(outer: Flags): PatternNode {
    let flags = outer
    const choices: PatternNode[] = []
    let parts: PatternNode[] = []
    for (;;) {
      const set = this.#take(/\(\?(?=[imsU-])([imsU]*)(?:-([imsU]+))?\)/y)
      if (set !== undefined) {
        flags = changeFlags(flags, set)
        this.#refuseQuantifier()
      } else if (this.#take(/\|/y) !== undefined) {
        choices.push({ kind: 'sequence', parts })
        parts = []
        this.#refuseQuantifier()
      } else if (this.isAtEnd() || this.#source[this.#at] === ')') {
        choices.push({ kind: 'sequence', parts })
        return choices.length === 1 && choices[0] !== undefined ? choices[0] : { kind: 'choice', parts: choices }
      } else if (this.#take(/\\Q/y) !== undefined) {
        parts.push(...this.#readQuoted(flags))
      } else {
        if (parts.length === 0) this.#refuseQuantifier()
        parts.push(this.#readQuantified(flags))
      }
    }
  }

  /** `\Q...\E`: a quantifier that follows applies to the last character. */
  #readQuoted(flags: Flags): PatternNode[] {
    const text = [...(this.#take(/(.*?)(?:\\E|$)/sy)?.[1] ?? '')]
    const nodes = text.map((character) => literal(codePointOf(character), flags))
    const last = nodes.pop()
    return last === undefined ? nodes : [...nodes, this.#quantify(last)]
  }

  #readQuantified(flags: Flags): PatternNode {
    return this.#quantify(this.#readAtom(flags))
  }

  #quantify(part: PatternNode): PatternNode {
    const read = this.#take(/(?:([*+?])|\{(\d{1,9})(,?)(\d{0,9})\})\??/y)
    if (read === undefined) return part
    const [text, symbol, least, comma, most] = read
    if (this.#peek(quantifier) !== undefined) throw new PatternError(`${text} quantified again`, 'one quantifier')
    if (symbol !== undefined) {
      return { kind: 'repetition', part, min: symbol === '+' ? 1 : 0, max: symbol === '?' ? 1 : Infinity }
    }
    const min = Number(least)
    const max = comma === '' ? min : most === '' ? Infinity : Number(most)
    const isUsable = (comma !== '' || most === '') && min <= max && min <= mostRepetitions
    if (!isUsable || (max !== Infinity && max > mostRepetitions)) {
      throw new PatternError(`the repetition ${text}`, `counts in order and at most ${mostRepetitions}`)
    }
    return { kind: 'repetition', part, min, max }
  }

  #readAtom(flags: Flags): PatternNode {
    if (this.#take(/\(/y) !== undefined) return this.#readGroup(flags)
    if (this.#take(/\[/y) !== undefined) return this.#readClass(flags)
    if (this.#take(/\\/y) !== undefined) return this.#readEscape(flags)
    if (this.#take(/\^/y) !== undefined) return assertion(flags.m ? 'line-start' : 'text-start')
    if (this.#take(/\$/y) !== undefined) return assertion(flags.m ? 'line-end' : 'text-end')
    if (this.#take(/\./y) !== undefined) {
      return { kind: 'character', test: flags.s ? () => true : (codePoint) => codePoint !== 0x0a }
    }
    return literal(this.#takeCodePoint(), flags)
  }

  #readGroup(outer: Flags): PatternNode {
    if (this.#peek(/\?<?[=!]/y) !== undefined) throw new PatternError('lookaround', 'a pattern of RE2, which has none')
    const start = this.#take(/\?P?<[\p{L}\p{N}_]+>|\?([imsU]*)(?:-([imsU]+))?:|(?!\?)/uy)
    if (start === undefined) throw new PatternError('"(?" with an unknown kind of group', 'a group of RE2')
    const node = this.readChoice(changeFlags(outer, start))
    if (this.#take(/\)/y) === undefined) throw new PatternError('"(" without ")"', 'balanced parentheses')
    return node
  }

  #readEscape(flags: Flags): PatternNode {
    const anchor = this.#take(/[AzbB]/y)?.[0]
    if (anchor === 'A') return assertion('text-start')
    if (anchor === 'z') return assertion('text-end')
    if (anchor !== undefined) return assertion(anchor === 'b' ? 'word-boundary' : 'no-word-boundary')
    const named = this.#takeNamedClass()
    if (named !== undefined) return { kind: 'character', test: compileClass(named, flags.i) }
    return literal(this.#takeEscapedCodePoint(), flags)
  }

  #readClass(flags: Flags): PatternNode {
    const isNegated = this.#take(/\^/y) !== undefined
    let members = ''
    for (let isFirst = true; isFirst || this.#peek(/\]/y) === undefined; isFirst = false) {
      if (this.isAtEnd()) throw new PatternError('"[" without "]"', 'a closed character class')
      members += this.#readMember()
    }
    this.#at += 1
    // RE2 lets a negated class match a newline, whatever the flags say.
    return { kind: 'character', test: compileClass(`[${isNegated ? '^' : ''}${members}]`, flags.i) }
  }

  #readMember(): string {
    const posix = this.#take(/\[:(\^?[a-z]+):\]/y)
    if (posix !== undefined) {
      const found = posixClass(posix[1] ?? '')
      if (found === undefined) throw new PatternError(`the class ${posix[0]}`, 'a class that RE2 knows')
      return found
    }
    const isEscaped = this.#take(/\\/y) !== undefined
    const named = isEscaped ? this.#takeNamedClass() : undefined
    if (named !== undefined) return named
    const low = isEscaped ? this.#takeEscapedCodePoint() : this.#takeCodePoint()
    if (this.#take(/-(?!\])/y) === undefined) return classMember(low)
    const high = this.#take(/\\/y) === undefined ? this.#takeCodePoint() : this.#takeEscapedCodePoint()
    if (high < low) throw new PatternError('a range whose end is before its start', 'a range in order')
    return `${classMember(low)}-${classMember(high)}`
  }

  #takeNamedClass(): string | undefined {
    const unicode = this.#take(/([pP])(?:\{([^}]*)\}|([A-Z]))/y)
    if (unicode !== undefined) {
      const found = unicodeClass(unicode[2] ?? unicode[3] ?? '', unicode[1] === 'P')
      if (found === undefined) throw new PatternError(`the class \\${unicode[0]}`, 'a class that RE2 knows')
      return found
    }
    const perl = this.#take(/[dDsSwW]/y)
    return perl === undefined ? undefined : perlClass(perl[0])
  }

  /** Called after the backslash. */
  #takeEscapedCodePoint(): number {
    if (this.#peek(/[1-9](?![0-7])|[89]/y) !== undefined) {
      throw new PatternError('a backreference', 'a pattern of RE2, which has none')
    }
    const octal = this.#take(/[0-7]{1,3}/y)
    if (octal !== undefined) return Number.parseInt(octal[0], 8)
    const hex = this.#take(/x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,8})\})/y)
    if (hex !== undefined) {
      const codePoint = Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
      if (codePoint <= 0x10ffff) return codePoint
    }
    const control = this.#take(/[aftnrv]/y)
    if (control !== undefined) return { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }[control[0]] ?? 0
    const punctuation = hex === undefined ? this.#take(/[!-/:-@[-`{-~]/y) : undefined
    if (punctuation !== undefined) return codePointOf(punctuation[0])
    throw new PatternError(`the escape \\${this.#source.charAt(this.#at)}`, 'an escape that RE2 knows')
  }

  #takeCodePoint(): number {
    const codePoint = this.#source.codePointAt(this.#at)
    if (codePoint === undefined) throw new PatternError('the end of the pattern', 'a character')
    this.#at += codePoint > 0xffff ? 2 : 1
    return codePoint
  }

  #refuseQuantifier(): void {
    const read = this.#peek(quantifier)
    if (read !== undefined) throw new PatternError(`${read[0]} with nothing to repeat`, 'something before it')
  }

  #peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#source) ?? undefined
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const read = this.#peek(pattern)
    this.#at += read?.[0].length ?? 0
    return read
  }
}

function changeFlags(flags: Flags, read: RegExpExecArray): Flags {
  const isOn = (flag: keyof Flags): boolean =>
    (flags[flag] || (read[1] ?? '').includes(flag)) && !(read[2] ?? '').includes(flag)
  return { i: isOn('i'), m: isOn('m'), s: isOn('s') }
}

function literal(codePoint: number, flags: Flags): PatternNode {
  if (flags.i) return { kind: 'character', test: compileClass(`[${classMember(codePoint)}]`, true) }
  return { kind: 'character', test: (other) => other === codePoint }
}

function assertion(name: Assertion): PatternNode {
  return { kind: 'assertion', assertion: name }
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
