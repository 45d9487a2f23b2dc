/** The file of tokens that may use the API: one on each line, `name:role:sha256-hex`; only hashes are kept. */
import type { ConfigFault } from './config-fault.ts'
import { type Role, roles, type Token } from './settings.ts'

/** The tokens of a file, and every line that is none. */
export type TokenFile = { readonly tokens: readonly Token[]; readonly faults: readonly ConfigFault[] }

/** Reads a token file. Blank lines and those that begin with `#` are left out. Faults never show a hash. */
export function readTokenFile(file: string, text: string): TokenFile {
  const tokens: Token[] = []
  const faults: ConfigFault[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) continue
    const read = readLine(content)
    if ('token' in read) tokens.push(read.token)
    else faults.push({ file, line: index + 1, column: 1, path: '', ...read })
  }
  if (tokens.length === 0 && faults.length === 0) {
    faults.push({
      file,
      line: 1,
      column: 1,
      path: '',
      found: 'no token',
      expected: 'at least one name:role:sha256-hex',
    })
  }
  return { tokens, faults }
}

type LineFault = { readonly found: string; readonly expected: string }

function readLine(content: string): { readonly token: Token } | LineFault {
  const parts = content.split(':')
  const [name = '', roleText = '', sha256 = ''] = parts
  if (parts.length !== 3) return { found: `${parts.length} parts`, expected: 'three: name:role:sha256-hex' }
  if (!/^[A-Za-z0-9_.@-]{1,64}$/.test(name)) {
    return { found: 'a name that is unusable', expected: 'letters, digits, "_", ".", "@" and "-", at most 64' }
  }
  const role = roles.find((candidate): candidate is Role => candidate === roleText)
  if (role === undefined) return { found: 'an unknown role', expected: `one of ${roles.join(', ')}` }
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    return { found: 'something else than a hash', expected: 'a SHA-256 in 64 hexadecimal digits' }
  }
  return { token: { name, role, sha256: sha256.toLowerCase() } }
}
