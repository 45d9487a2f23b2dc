/** Character classes of RE2, translated to classes of JavaScript under the `v` flag, where classes nest. */

/** Perl's classes as RE2 defines them: ASCII only. */
const perlClasses = new Map([
  ['d', '0-9'],
  ['s', '\\t\\n\\f\\r\\x20'],
  ['w', '0-9A-Za-z_'],
])

const posixClasses = new Map([
  ['alnum', '0-9A-Za-z'],
  ['alpha', 'A-Za-z'],
  ['ascii', '\\x00-\\x7f'],
  ['blank', '\\t\\x20'],
  ['cntrl', '\\x00-\\x1f\\x7f'],
  ['digit', '0-9'],
  ['graph', '\\x21-\\x7e'],
  ['lower', 'a-z'],
  ['print', '\\x20-\\x7e'],
  ['punct', '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e'],
  ['space', '\\t\\n\\v\\f\\r\\x20'],
  ['upper', 'A-Z'],
  ['word', '0-9A-Za-z_'],
  ['xdigit', '0-9A-Fa-f'],
])

/** Whether a code point belongs to a class. */
export type CharacterTest = (codePoint: number) => boolean

/** `\d`, `\D`, `\s`, `\S`, `\w` and `\W` as a class; `undefined` for another letter. */
export function perlClass(letter: string): string | undefined {
  const members = perlClasses.get(letter.toLowerCase())
  if (members === undefined) return undefined
  return letter === letter.toLowerCase() ? `[${members}]` : `[^${members}]`
}

/** `[:name:]` or `[:^name:]` as a class; `undefined` where RE2 knows no such name. */
export function posixClass(name: string): string | undefined {
  const members = posixClasses.get(name.replace(/^\^/, ''))
  if (members === undefined) return undefined
  return name.startsWith('^') ? `[^${members}]` : `[${members}]`
}

/** `\p{name}`: a general category such as `L` or `Lu`, a script such as `Greek`, or `Any`; `undefined` when unknown. */
export function unicodeClass(name: string, isNegated: boolean): string | undefined {
  const bare = name.replace(/^\^/, '')
  if (!/^[A-Za-z_]{1,40}$/.test(bare)) return undefined
  const property = bare.length <= 2 ? `gc=${bare}` : bare === 'Any' ? bare : `sc=${bare}`
  const source = `[\\${isNegated !== name.startsWith('^') ? 'P' : 'p'}{${property}}]`
  try {
    new RegExp(source, 'v')
    return source
  } catch {
    return undefined
  }
}

/** One code point, written so that it means itself inside a class. */
export function classMember(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`
}

/** Compiles a class. Case is ignored by Unicode's simple folding, as RE2 does. */
export function compileClass(source: string, ignoresCase: boolean): CharacterTest {
  const pattern = new RegExp(`^${source}$`, ignoresCase ? 'vi' : 'v')
  return (codePoint) => pattern.test(String.fromCodePoint(codePoint))
}
