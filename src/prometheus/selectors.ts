/**
 * Finds the vector selectors of a PromQL expression, to ask how old the data behind its value is.
 *
 * - instant selector: `up{job="web"}`; its newest sample may be minutes old (Prometheus looks back)
 * - range selector:   `requests_total[2m]`; its data lies within the range, whatever the age of the newest sample
 *
 * This is no parser: Prometheus itself refuses what is no PromQL.
 */

/** What an expression reads. */
export type Selectors = {
  /** Whether the expression is nothing but one instant selector, without `offset` and `@`. */
  readonly isPlain: boolean
  /** Instant selectors without `offset` and `@`, each as it was written, without repetition. */
  readonly instant: readonly string[]
  /** Whether all data, or a subquery's, is read from another time by `offset` or `@`. */
  readonly isPast: boolean
}

type Token = { readonly kind: 'word' | 'braces' | 'brackets' | 'other'; readonly text: string; readonly at: number }

const string = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\x60[^\x60]*\x60`
const tokenPattern = new RegExp(
  [
    String.raw`\s+|#[^\n]*`,
    '(?<word>[A-Za-z_:][A-Za-z0-9_:]*)',
    String.raw`(?<braces>\{(?:[^{}"'\x60]|${string})*\})`,
    String.raw`(?<brackets>\[[^\]]*\])`,
    `(?<other>${string}|[0-9][0-9A-Za-z_.]*|.)`,
  ].join('|'),
  'suy',
)

/** Words of the language that name no metric; functions and aggregations are known by the parenthesis that follows. */
const operators = new Set(['and', 'or', 'unless', 'atan2', 'bool', 'offset', 'inf', 'nan', 'start', 'end'])
const grouping = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])
const aggregations = new Set(
  'sum avg min max count count_values quantile stddev stdvar topk bottomk group limitk limit_ratio'.split(' '),
)

/** Finds what an expression reads. */
export function findSelectors(expr: string): Selectors {
  const tokens = tokenize(expr)
  const instant: string[] = []
  let [hasRange, hasShift, hasShiftedSubquery, isPlain] = [false, false, false, false]
  for (let index = 0; index < tokens.length; index += 1) {
    if (isGrouping(tokens[index])) index = skipLabelList(tokens, index)
    const token = tokens[index]
    if (token === undefined) break
    if (isShift(token)) hasShift = true
    if (token.kind === 'brackets' && !isShift(tokens[index + 1])) hasRange = true
    if (isSubquery(token) && isShift(tokens[index + 1])) hasShiftedSubquery = true
    if (!startsSelector(tokens, index)) continue
    const first = index
    if (token.kind === 'word' && tokens[index + 1]?.kind === 'braces') index += 1
    const last = tokens[index] ?? token
    const next = tokens[index + 1]
    if (isShift(next) || (next?.kind === 'brackets' && !isSubquery(next))) continue
    instant.push(expr.slice(token.at, last.at + last.text.length))
    isPlain = first === 0 && next === undefined
  }
  const isPast = hasShiftedSubquery || (hasShift && !hasRange && instant.length === 0)
  return { isPlain, instant: [...new Set(instant)], isPast }
}

function tokenize(expr: string): readonly Token[] {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  for (let at = 0; at < expr.length; at = tokenPattern.lastIndex) {
    const groups = tokenPattern.exec(expr)?.groups ?? {}
    for (const kind of ['word', 'braces', 'brackets', 'other'] as const) {
      const text = groups[kind]
      if (text !== undefined) tokens.push({ kind, text, at })
    }
  }
  return tokens
}

function isShift(token: Token | undefined): boolean {
  return token?.text === '@' || (token?.kind === 'word' && token.text.toLowerCase() === 'offset')
}

function isSubquery(token: Token | undefined): boolean {
  return token?.kind === 'brackets' && token.text.includes(':')
}

function isGrouping(token: Token | undefined): boolean {
  return token?.kind === 'word' && grouping.has(token.text.toLowerCase())
}

function startsSelector(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]
  if (token?.kind === 'braces') return true
  if (token?.kind !== 'word') return false
  const word = token.text.toLowerCase()
  if (tokens[index + 1]?.text === '(' || operators.has(word)) return false
  return !(aggregations.has(word) && isGrouping(tokens[index + 1])) && !grouping.has(word)
}

/** Index of the parenthesis that closes the label list after `by` and its like; the word's own where there is none. */
function skipLabelList(tokens: readonly Token[], index: number): number {
  if (tokens[index + 1]?.text !== '(') return index
  const close = tokens.findIndex((token, at) => at > index && token.text === ')')
  return close === -1 ? index : close
}
