/** Secrets that a request carries are planted everywhere, and looked for in everything that leaves the server. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLog } from '../../../src/telemetry/log.ts'
import { createFixture, notification, secretOf, tokens } from './fixture.ts'
import { listening, type Question } from './raw-ask.ts'

const canary = fc.stringMatching(/^canary-[a-z0-9]{12}$/)
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Headers that carry a secret, good or malformed. */
const credentials = (secret: string) =>
  fc.constantFrom<Record<string, string>>(
    { authorization: `Bearer ${secret}` },
    { authorization: `Basic ${base64(`user:${secret}`)}` },
    { authorization: `Basic ${base64(secret)}` },
    { authorization: `Basic ${secret}` },
    { authorization: `Bearer ${secret} ${secret}` },
    { authorization: secret },
    { authorization: `Digest username="x", response="${secret}"` },
    { 'proxy-authorization': `Bearer ${secret}`, cookie: `session=${secret}`, 'x-api-key': secret },
    { 'user-agent': secret, referer: `http://user:${secret}@host/`, traceparent: secret },
    { 'content-type': `application/json; token=${secret}`, 'content-encoding': secret },
    { origin: `http://${secret}.example` },
    { host: `${secret}.example` },
  )

const paths = (secret: string) =>
  fc.constantFrom(
    '/api/v1/alerts',
    `/api/v1/alerts?token=${secret}`,
    `/api/v1/incidents/${secret}`,
    `/${secret}`,
    `http://user:${secret}@localhost/api/v1/status`,
    `/api/v1/%zz${secret}`,
    '/api/v1/plan',
    '/-/reload',
  )

/** Bodies whose values hold a secret, usable or not. */
const bodies = (secret: string) =>
  fc.constantFrom(
    JSON.stringify(notification()),
    JSON.stringify({ text: secret, version: secret }),
    JSON.stringify({ version: '4', alerts: [{ labels: secret, password: secret }] }),
    JSON.stringify([secret]),
    `{"version":"4","secret":"${secret}`,
    secret,
    '',
  )

const questionWith = (secret: string): fc.Arbitrary<Question> =>
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    path: paths(secret),
    headers: fc
      .tuple(credentials(secret), fc.constantFrom<Record<string, string>>({}, { 'content-type': 'application/json' }))
      .map(([carried, type]) => ({ ...type, ...carried })),
    body: bodies(secret),
  })

it.each([
  ['with tokens', tokens],
  ['without tokens', []],
])(
  'no secret of a request is in an answer, the log at any level, the metrics or the dead letters, %s',
  async (_, known) => {
    const lines: string[] = []
    const fixture = createFixture({
      tokens: known,
      log: createLog({ level: 'trace', destination: { write: (line) => lines.push(line) } }),
    })
    const ask = await listening(fixture)
    const reader = { authorization: `Bearer ${secretOf('read')}` }
    const question = canary.chain((secret) => questionWith(secret).map((asked) => ({ secret, asked })))
    await fc.assert(
      fc.asyncProperty(question, async ({ secret, asked }) => {
        const answer = await ask(asked)
        const answers = await Promise.all(
          ['/metrics', '/api/v1/deadletters', '/api/v1/status'].map((path) => ask({ path, headers: reader })),
        )
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
        const said = JSON.stringify([
          answer,
          answers,
          lines,
          fixture.letters.map(({ detail, reason }) => [detail, reason]),
        ])
        for (const form of [secret, base64(secret), base64(`user:${secret}`)]) expect(said).not.toContain(form)
      }),
      { numRuns: 150 },
    )
    expect(lines.length).toBeGreaterThan(100)
  },
)

it('a token that is good is nowhere to be seen either', async () => {
  const lines: string[] = []
  const fixture = createFixture({
    tokens,
    log: createLog({ level: 'trace', destination: { write: (line) => lines.push(line) } }),
  })
  const ask = await listening(fixture)
  const answers = []
  for (const { role, name } of tokens) {
    for (const authorization of [`Bearer ${secretOf(role)}`, `Basic ${base64(`${name}:${secretOf(role)}`)}`]) {
      const headers = { 'content-type': 'application/json', authorization }
      for (const path of ['/api/v1/alerts', '/api/v1/plan', '/-/reload', '/api/v1/status']) {
        answers.push(await ask({ path, headers }))
        answers.push(await ask({ method: 'POST', path, headers, body: JSON.stringify(notification()) }))
      }
    }
  }
  const said = JSON.stringify([answers, lines])
  for (const { role, name, sha256 } of tokens) {
    for (const form of [secretOf(role), base64(`${name}:${secretOf(role)}`), sha256]) expect(said).not.toContain(form)
  }
})
