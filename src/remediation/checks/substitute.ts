/**
 * `$label` in PromQL: label values are hostile, so they are put into double-quoted strings only, escaped for the string
 * and, behind `=~` and `!~`, for the regular expression as well.
 */

/** The expression uses a label that the alert does not have. */
export class MissingLabel extends Error {
  constructor(label: string) {
    super(`the expression uses $${label}, and the alert has no label ${label}`)
    this.name = 'MissingLabel'
  }
}

// One token of PromQL as far as strings matter: a comment, any of the three kinds of string, a regex operator, or one other character.
const tokens = /#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|=~|!~|[\s\S]/g

const escapeForRegex = (value: string): string => value.replace(/[\\^$.|?*+()[\]{}-]/g, '\\$&')

const escapeForString = (value: string): string => [...value].map((character) => escapeCharacter(character)).join('')

const escapeCharacter = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`
  // A lone surrogate is no character: it would not survive the way to Prometheus.
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : character
}

const fill = (text: string, labels: Readonly<Record<string, string>>, isRegex: boolean): string =>
  text.replace(/\$([a-zA-Z_][a-zA-Z0-9_]*)/g, (_, label: string) => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined
    // An empty label is a missing one, and as a matcher it would select all series that lack it.
    if (value === undefined || value === '') throw new MissingLabel(label)
    return escapeForString(isRegex ? escapeForRegex(value) : value)
  })

/** Substitutes `$label` inside double quotes; anything outside stays as it is. Throws `MissingLabel`. */
export function substituteLabels(expr: string, labels: Readonly<Record<string, string>>): string {
  let isRegex = false
  return (expr.match(tokens) ?? [])
    .map((token) => {
      if (token.length > 1 && token.startsWith('"')) return fill(token, labels, isRegex)
      if (token.trim() !== '' && !token.startsWith('#')) isRegex = token === '=~' || token === '!~'
      return token
    })
    .join('')
}
