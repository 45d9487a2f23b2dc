import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redacted, redactSecrets } from '../../../src/lib/redact.ts'

describe('redacting', () => {
  it.each([
    ['postgres://user:hunter2@db/shop', 'postgres://[redacted]@db/shop'],
    ['redis://:p/a@ss@cache:6379', 'redis://[redacted]@cache:6379'],
    ['GET https://t0k@host/x?api_key=abc', 'GET https://[redacted]@host/x?api_key=[redacted]'],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['{"authorization":"Basic Zm9v"}', '{"authorization":[redacted]'],
    ['got bearer abcdef123 from', 'got bearer [redacted] from'],
    ['password=hunter2 next', 'password=[redacted] next'],
    ['"api_key": "a \\"b\\" c", "next": 1', '"api_key": [redacted], "next": 1'],
    ['{\\"password\\":\\"abc\\",\\"next\\":1}', '{\\"password\\":[redacted],\\"next\\":1}'],
    ["MYSQL_ROOT_PASSWORD='x y' next", 'MYSQL_ROOT_PASSWORD=[redacted] next'],
    ['run --db-password abc --next', 'run --db-password [redacted] --next'],
    ['client_secret: abc', 'client_secret: [redacted]'],
    ['key 0123456789abcdef0123456789abcdef', 'key [redacted]'],
    ['AKIAIOSFODNN7EXAMPLE', redacted],
    [`ghp_${'a'.repeat(36)} x`, `${redacted} x`],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- next', `${redacted} next`],
    ['-----BEGIN PRIVATE KEY-----\nabc\ndef', redacted],
  ])('%s', (text, expected) => {
    expect(redactSecrets(text)).toBe(expected)
  })

  it.each([
    'dial tcp 10.0.0.1:5432: connect: connection refused',
    'http://localhost:9090/api/v1/query?query=up',
    'author: bob, passed: 3, design: fine, monkey=1',
    'token expired',
    'level=info msg="listening" addr=:8080',
  ])('leaves alone: %s', (text) => {
    expect(redactSecrets(text)).toBe(text)
  })

  // Not white space and not what ends a value: quotes, & and angle brackets.
  const secret = fc
    .string({ unit: fc.constantFrom(...'abcXYZ0189.,;:!?$%/\\()[]{}=+*~#^|-_@'), minLength: 8, maxLength: 60 })
    .map((text) => `Q7${text}7Q`)
  const around = fc.string({ unit: fc.constantFrom(...'ab :="\'\n&{}[]-'), maxLength: 20 })
  const wrap = fc.constantFrom<(planted: string) => string>(
    (planted) => `password=${planted}`,
    (planted) => `DB_PASSWORD: ${planted}`,
    (planted) => `{"token":"${planted.replaceAll('\\', '\\\\')}"}`,
    (planted) => `{\\"token\\":\\"${planted.replaceAll('\\', '')}\\"}`,
    (planted) => `Authorization: Bearer ${planted}`,
    (planted) => `Authorization: Basic ${planted}`,
    (planted) => `X-Api-Key: ${planted}`,
    (planted) => `?api_key=${planted}&next=1`,
    (planted) => `mysql://user:${planted.replaceAll(/[/?#]/g, '')}@db:3306/shop`,
    (planted) => `run --access-token ${planted}`,
    (planted) => `secret='${planted}'`,
  )

  it('never leaves a planted secret', () => {
    fc.assert(
      fc.property(around, around, secret, wrap, (before, after, planted, form) => {
        const shown = redactSecrets(`${before} ${form(planted)} ${after}`)
        expect(shown).not.toContain(planted)
        expect(shown).not.toContain(planted.slice(0, 8))
      }),
      { numRuns: 3000 },
    )
  })

  it('leaves nothing more to redact', () => {
    fc.assert(
      fc.property(around, secret, wrap, (before, planted, form) => {
        const once = redactSecrets(`${before} ${form(planted)}`)
        expect(redactSecrets(once)).not.toContain(planted)
      }),
    )
  })

  it.each([
    'password',
    'x://',
    '-----BEGIN PRIVATE KEY-----',
    'password="\\',
    'token ',
    'x-',
    '"',
    'Bearer ',
    '--pwd ',
  ])('comes back for a megabyte of %j', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length))
    expect(redactSecrets(text)).toBeTypeOf('string')
  })
})
