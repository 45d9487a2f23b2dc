/**
 * Masks secrets in text that people will read: container output, error messages, summaries.
 *
 * What looks like a secret is masked: better a word too many than a password in an escalation. What is secret cannot be
 * told for certain from text alone, so what is known to be a secret must never be given here in the first place.
 */

/** What stands in a secret's place. */
export const redacted = '[redacted]'

type Rule = { readonly pattern: RegExp; readonly replacement: string }

const secretWord = [
  'pass(?:wd|word|phrase)?|pwd|secret|token|bearer|credential|cookie|dsn|sig(?:nature)?|session|auth(?:orization)?',
  '(?:api|access|account|private|signing|encryption|master|shared)[_.-]?key',
].join('|')
const ending = '(?:s|id|key|value|hash|secret|token)?(?:[_.-][A-Za-z0-9_.-]{0,40})?'
/** A text in quotes (also in those of JSON within JSON), or all that follows up to white space. */
const value = [
  String.raw`"(?:[^"\\\n]|\\.)*"?`,
  String.raw`\\"(?:\\\\\\"|[^"\n])*"?`,
  String.raw`'[^'\n]*'?`,
  String.raw`[^\s"'&<>]+`,
].join('|')

/** No pattern can fail after a part without bounds, so that each looks at a character a bounded number of times. */
const rules: readonly Rule[] = [
  {
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}-----|$)|[\s\S]{20000})/g,
    replacement: redacted,
  },
  // Credentials within an address: `postgres://user:password@host`, `https://token@host`.
  {
    pattern: /:\/\/(?:[^\s/?#"'<>]{1,1024}|[^\s/?#:@"'<>]{0,256}:[^\s"'<>]{1,1024})@/g,
    replacement: `://${redacted}@`,
  },
  // Headers: all that follows on the line.
  {
    pattern:
      /\b((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z-]{0,30}(?:token|key|secret))(\\?["']?\s{0,5}[:=]\s{0,5})[^\r\n]+/gi,
    replacement: `$1$2${redacted}`,
  },
  { pattern: /\b(bearer|basic|digest|negotiate)\s{1,5}[A-Za-z0-9._~+/=-]{6,}/gi, replacement: `$1 ${redacted}` },
  // `password=...`, `"api_key": "..."`, `DB_PASSWORD: ...`, `secret => ...`.
  {
    pattern: new RegExp(`((?:${secretWord})${ending}\\\\?["']?\\s{0,5}(?:=>|:=|[:=])\\s{0,5})(?:${value})`, 'gi'),
    replacement: `$1${redacted}`,
  },
  // `--token ...`, `-password ...`.
  {
    pattern: new RegExp(`((?:${secretWord})${ending}(?<=(?:^|\\s)--?[\\w.-]{1,90})\\s{1,5})(?:${value})`, 'gi'),
    replacement: `$1${redacted}`,
  },
  // Long random-looking words right after a word that says what they are.
  {
    pattern: new RegExp(`\\b((?:${secretWord}|key)s?\\s{1,5})[A-Za-z0-9+/=_-]{16,}`, 'gi'),
    replacement: `$1${redacted}`,
  },
  { pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,40}\b/g, replacement: redacted },
  // Tokens that are known by their beginning: GitHub, GitLab, Slack, Stripe, Google, npm, Vault, JSON web tokens.
  {
    pattern:
      /\b(?:gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|[srp]k_(?:live|test)_|AIza|ya29\.|npm_|hvs\.|eyJ)[\w.-]{10,}/g,
    replacement: redacted,
  },
]

/** Masks what looks like a secret. Takes time linear in the text's length. */
export function redactSecrets(text: string): string {
  return rules.reduce((masked, { pattern, replacement }) => masked.replace(pattern, replacement), text)
}
