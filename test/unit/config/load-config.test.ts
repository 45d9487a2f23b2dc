// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how the environment is written
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatFaults } from '../../../src/config/config-fault.ts'
import { type ConfigInput, loadConfig } from '../../../src/config/load-config.ts'
import { shippedRoutes } from '../../../src/config/shipped-routes.ts'
import { writeFiles } from './temporary-files.ts'

type Surroundings = {
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly flags?: Readonly<Record<string, string>>
  readonly findRunbooks?: ConfigInput['findRunbooks'] & {}
}

const load = (text: string, { env = {}, files = {}, ...others }: Surroundings = {}) => {
  const folder = writeFiles({ 'selfheal.yml': text, ...files })
  return loadConfig({ file: join(folder, 'selfheal.yml'), env, ...others })
}

const settingsOf = async (text: string, surroundings?: Surroundings) => {
  const loaded = await load(text, surroundings)
  if (!loaded.ok) throw new Error(formatFaults(loaded.faults))
  return loaded.settings
}

/** Faults as `line:column path: found, expected`. */
const faultsOf = async (text: string, surroundings?: Surroundings) => {
  const loaded = await load(text, surroundings)
  if (loaded.ok) return []
  return loaded.faults.map(
    ({ line, column, path, found, expected }) => `${line}:${column} ${path}: ${found} | ${expected}`,
  )
}

describe('without a file', () => {
  it('the defaults hold: advise, the shipped runbooks, the local socket, nothing else', async () => {
    const loaded = await loadConfig({ env: { DOCKER_HOST: 'tcp://elsewhere:1' } })
    expect(loaded).toEqual({
      ok: true,
      warnings: [],
      settings: {
        engine: {
          mode: 'advise',
          ceiling: 'auto',
          routes: [],
          shippedRoutes,
          budgets: [
            { count: 3, windowMs: 3_600_000 },
            { count: 7, windowMs: 86_400_000 },
          ],
          cooldownMs: 120_000,
          reopenWithinMs: 900_000,
          reopenLimit: 3,
          approvalTimeoutMs: 1_800_000,
          actionTimeoutMs: 300_000,
          pollIntervalMs: 2000,
          scrapeIntervalMs: 0,
          copyLabels: ['team', 'environment'],
          maintenance: [],
        },
        docker: { name: 'local', host: 'unix:///var/run/docker.sock', timeoutMs: 10_000, optIn: [] },
        prometheus: null,
        alertmanagers: [],
        webhooks: [],
        runbooks: { folders: [join(import.meta.dirname, '../../../runbooks')], deadlineMs: 1000 },
        web: { tokens: [], maxBodyBytes: 33_554_432, externalUrl: null },
        log: { level: 'info' },
      },
    })
  })

  it('an empty file is the same', async () => {
    const [none, empty] = [await loadConfig({ env: {} }), await load('# nothing\n')]
    expect(empty).toEqual({ ...none, isEmpty: true })
  })

  it('that was named, the fault says so', async () => {
    expect(await loadConfig({ file: '/nonexistent/selfheal.yml', env: {} })).toMatchObject({
      ok: false,
      isUnreadable: true,
      faults: [{ file: '/nonexistent/selfheal.yml', found: 'no such file' }],
    })
  })
})

describe('a file', () => {
  it('sets everything', async () => {
    const text = `
mode: auto
ceiling: advise
docker: { name: prod, host: 'tcp://10.0.0.1:2375', timeout: 5s, opt_in: ['com.docker.compose.project="shop"'] }
prometheus:
  url: http://prometheus:9090/
  scrape_interval: 15s
  timeout: 3s
  basic_auth: { username: me, password_file: password.txt }
alertmanagers:
  - url: http://alertmanager:9093
    bearer_token: \${TOKEN}
escalation:
  webhooks: [{ name: pager, url_file: hook.txt }]
  copy_labels: [team]
limits: { budgets: [1/10m], cooldown: 0s }
reopen_within: 1h
reopen_limit: 5
approval_timeout: 1h
action_timeout: 1m
proof: { poll_interval: 500ms }
routes:
  - match: ['severity=~"warning|critical"', '{team="web"}']
    runbook: container-down
    mode: observe
    budgets: [2/1h]
    cooldown: 5m
  - match: [team=db]
runbooks: { folders: [mine, shipped, /srv/runbooks], deadline: 2s }
web: { token_file: tokens, max_body_size: 1MiB, external_url: 'https://selfheal.example/' }
log: { level: debug }
`
    const files = {
      'password.txt': 'p4ss\n',
      'hook.txt': 'https://hooks.example/T0/s3cret\r\n',
      tokens: `# people\nalice:operate:${'aB'.repeat(32)}\n\nsender:send:${'0'.repeat(64)}\n`,
    }
    const settings = await settingsOf(text, { env: { TOKEN: 't0k' }, files })
    expect(settings).toMatchObject({
      engine: {
        mode: 'auto',
        ceiling: 'advise',
        budgets: [{ count: 1, windowMs: 600_000 }],
        cooldownMs: 0,
        reopenLimit: 5,
        pollIntervalMs: 500,
        scrapeIntervalMs: 15_000,
        copyLabels: ['team'],
        routes: [
          {
            match: ['severity=~"warning|critical"', '{team="web"}'],
            runbook: 'container-down',
            mode: 'observe',
            budgets: [{ count: 2, windowMs: 3_600_000 }],
            cooldownMs: 300_000,
          },
          { match: ['team=db'], runbook: null, mode: null, budgets: null, cooldownMs: null },
        ],
      },
      docker: { name: 'prod', optIn: [['com.docker.compose.project="shop"']] },
      prometheus: {
        url: 'http://prometheus:9090',
        credentials: { kind: 'basic', username: 'me', password: 'p4ss' },
        timeoutMs: 3000,
      },
      alertmanagers: [{ url: 'http://alertmanager:9093', credentials: { kind: 'bearer', token: 't0k' } }],
      webhooks: [{ name: 'pager', url: 'https://hooks.example/T0/s3cret', credentials: { kind: 'none' } }],
      web: {
        tokens: [
          { name: 'alice', role: 'operate', sha256: 'ab'.repeat(32) },
          { name: 'sender', role: 'send', sha256: '0'.repeat(64) },
        ],
        maxBodyBytes: 1_048_576,
        externalUrl: 'https://selfheal.example',
      },
      log: { level: 'debug' },
    })
    const [mine, shipped, absolute] = settings.runbooks.folders
    expect(mine).toMatch(/selfheal-config-.*\/mine$/)
    expect(shipped).toBe(join(import.meta.dirname, '../../../runbooks'))
    expect(absolute).toBe('/srv/runbooks')
    expect(Object.isFrozen(settings.engine.routes[0]?.match)).toBe(true)
  })

  it('has all of its faults told at once, each at its place', async () => {
    const text = `mode: atuo
celing: auto
docker:
  timeout: 10
  opt_in: ['a=~"(b"']
prometheus:
  scrapeInterval: 5s
limits:
  budgets: [3/1h, 0/1h]
routes:
  - match: []
    cooldown: 40d
log:
`
    expect(await faultsOf(text)).toEqual([
      '1:7 mode: "atuo" | one of observe, advise, auto',
      '2:1 celing: an unknown key | a known key (did you mean ceiling?)',
      expect.stringMatching(/^4:12 docker\.timeout: 10 \| a duration/),
      "5:12 docker.opt_in[0]: missing closing ): `(b` at column 5 of the matcher | a pattern in RE2's syntax",
      '7:3 prometheus: no url | the key url',
      '7:3 prometheus.scrapeInterval: an unknown key | a known key (did you mean scrape_interval?)',
      '9:19 limits.budgets[1]: "0/1h" | 1 to 1000 attempts',
      '11:12 routes[0].match: a list | at least one entry',
      '12:15 routes[0].cooldown: "40d" | a duration of at most \'24d\'',
      '13:5 log: nothing | a mapping',
    ])
  })

  it('has faults of its meaning told beside those of its shape', async () => {
    const text = `
mode: atuo
prometheus: { url: 'http://h', timeout: soon, bearer_token: "a b" }
alertmanagers:
  - { url: 'http://h' }
  - { url: 'http://h/', celing: auto, basic_auth: { username: 'a:b', password: c } }
  - { url: 7, bearer_token: [a] }
escalation:
  copy_labels: none
  webhooks:
    - { name: alertmanager, url: 'http://h' }
    - { name: pager, url: 'http://h', bearer_token: "a\\tb" }
    - { name: pager, url: nowhere }
    - { name: 7 }
`
    expect(await faultsOf(text)).toEqual([
      '2:7 mode: "atuo" | one of observe, advise, auto',
      expect.stringMatching(/^3:41 prometheus\.timeout: "soon" \| a duration/),
      '3:61 prometheus.bearer_token: white space, control or non-ASCII characters | a plain token',
      '6:12 alertmanagers[1].url: the same address again | one entry for each member',
      '6:25 alertmanagers[1].celing: an unknown key | one of url, timeout, bearer_token, bearer_token_file, basic_auth',
      '6:63 alertmanagers[1].basic_auth.username: a colon | a name without one',
      "7:12 alertmanagers[2].url: 7 | an address such as 'http://host:9090'",
      '7:29 alertmanagers[2].bearer_token: a list | a text',
      '9:16 escalation.copy_labels: "none" | a list',
      '11:15 escalation.webhooks[0].name: "alertmanager" | a name that no other receiver has',
      '12:53 escalation.webhooks[1].bearer_token: white space, control or non-ASCII characters | a plain token',
      '13:15 escalation.webhooks[2].name: "pager" | a name that no other receiver has',
      expect.stringMatching(/^13:27 escalation\.webhooks\[2\]\.url: a value that is not shown \| an address/),
      '14:7 escalation.webhooks[3]: neither url nor url_file | one of them',
      '14:15 escalation.webhooks[3].name: 7 | a text',
    ])
  })

  it.each([
    ['mode: [', 'YAML'],
    ['mode: auto\nmode: auto', 'YAML'],
    ['- a', 'a mapping'],
    ['just text', 'a mapping'],
    ['a: &a [*a]', 'YAML'],
    ['mode: !!js/function x', 'YAML'],
  ])('that is %j is a fault', async (text, expected) => {
    const faults = await faultsOf(text)
    expect(faults.length).toBeGreaterThan(0)
    expect(faults.join('\n')).toContain(expected)
  })

  it('that is no YAML from somewhere on is one fault, there', async () => {
    const rest = Array.from({ length: 50 }, (_, n) => `key${n}: { a: [b, c] }`).join('\n')
    const faults = await faultsOf(`  mode: auto\n${rest}\n`)
    expect(faults.filter((fault) => fault.includes('Unexpected'))).toHaveLength(1)
    expect(faults[0]).toMatch(/^[12]:/)
  })

  it('that doubles itself by aliases is refused', async () => {
    const levels = Array.from({ length: 30 }, (_, n) => `k${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)
    expect(await faultsOf(`k0: &a0 [x]\n${levels.join('\n')}\n`)).toHaveLength(1)
  })

  it.each([
    ['prometheus: {url: "http://me:pw@host"}', 'credentials within the address'],
    ['prometheus: {url: "ftp://host"}', '"ftp://host"'],
    ['prometheus: {url: "http://host?x=1"}', 'a query (?) in the address'],
    [
      'prometheus: {url: "http://h", bearer_token: a, basic_auth: {username: b, password: c}}',
      'both basic_auth and a bearer',
    ],
    ['prometheus: {url: "http://h", bearer_token: a, bearer_token_file: b}', 'both bearer_token and bearer_token_file'],
    ['prometheus: {url: "http://h", basic_auth: {username: b}}', 'neither password nor password_file'],
    ['prometheus: {url: "http://h", basic_auth: {username: "a:b", password: c}}', 'a colon'],
    ['prometheus: {url: "http://h", bearer_token: "a b"}', 'white space'],
    ['prometheus: {url: "http://h", bearer_token_file: nope}', 'no such file'],
    ['prometheus: {url: "http://h", bearer_token_file: empty}', 'an empty file'],
    ['alertmanagers: [{url: "http://h"}, {url: "http://h/"}]', 'the same address again'],
    ['escalation: {webhooks: [{name: a}]}', 'neither url nor url_file'],
    ['escalation: {webhooks: [{name: alertmanager, url: "http://h"}]}', '"alertmanager"'],
    ['escalation: {webhooks: [{name: a, url: "http://h"}, {name: a, url: "http://i"}]}', '"a"'],
    ['web: {token_file: nope}', 'no such file'],
    ['web: {max_body_size: 2TB}', '"2TB"'],
    ['docker: {host: /var/run/docker.sock}', '"/var/run/docker.sock"'],
    ['proof: {poll_interval: 0s}', '"0s"'],
    ['reopen_limit: 0', '0'],
  ])('that says %s is at fault', async (text, found) => {
    const faults = await faultsOf(text, { files: { empty: '\n' } })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(`: ${found}`)
  })
})

describe('the environment', () => {
  it('stands for ${NAME}, and $${NAME} for the text itself', async () => {
    const text = 'escalation: {copy_labels: ["${A}-${B}", "$${A}", "$A", "a$"]}'
    const { engine } = await settingsOf(text, { env: { A: '${B}', B: 'b' } })
    expect(engine.copyLabels).toEqual(['${B}-b', '${A}', '$A', 'a$'])
  })

  it('that lacks a name is a fault, and the only one at its place', async () => {
    expect(await faultsOf('prometheus:\n  url: ${URL}\nmode: ${constructor}')).toEqual([
      '2:8 prometheus.url: ${URL} | the environment variable URL to be set',
      '3:7 mode: ${constructor} | the environment variable constructor to be set',
    ])
    const texts = [
      'prometheus: {url: "http://h", bearer_token_file: "${NO}"}',
      'web: {token_file: "${NO}"}',
      'prometheus: {url: "http://h", bearer_token: "a ${NO}"}',
      'routes: [{match: [a=b], runbook: "${NO}"}]',
    ]
    for (const text of texts) expect(await faultsOf(text)).toEqual([expect.stringContaining(': ${NO} | ')])
  })

  it('that lacks a name does not hide that the key is unknown', async () => {
    expect(await faultsOf('celing: ${NO}')).toEqual([
      '1:1 celing: an unknown key | a known key (did you mean ceiling?)',
      '1:9 celing: ${NO} | the environment variable NO to be set',
    ])
  })
})

describe('a flag', () => {
  it('wins over the file, and its fault names it', async () => {
    const settings = await settingsOf('log: {level: info}', { flags: { 'log.level': 'debug', mode: 'auto' } })
    expect({ level: settings.log.level, mode: settings.engine.mode }).toEqual({ level: 'debug', mode: 'auto' })
    const loaded = await load('', { flags: { 'log.level': 'loud' } })
    expect(loaded).toMatchObject({ ok: false, faults: [{ file: '--log.level', line: 1, path: 'log.level' }] })
  })
})

describe('a secret', () => {
  it('is never shown in a fault or warning', async () => {
    const secret = 's3cret-value'
    const texts = [
      `prometheus: {url: "http://me:${secret}@host"}`,
      `prometheus: {url: "http:// me:${secret}@host"}`,
      `prometheus: {url: "ftp://me:${secret}@host"}`,
      `prometheus: {url: "http://h", bearer_token: "${secret} x"}`,
      `prometheus: {url: "http://h", bearer_token: ["${secret}"], basic_auth: {username: a, password: {a: ${secret}}}}`,
      `prometheus: {url: "http://h", bearer_token: ${secret}}`,
      'prometheus: {url: "${SECRET}", scrape_interval: "${SECRET}"}\nmode: "${SECRET}"',
      `escalation: {webhooks: [{name: a, url: "hooks/${secret}"}]}`,
      'escalation: {webhooks: [{name: "${SECRET}", url: "http://h"}, {name: "${SECRET}", url: "http://h"}]}',
      'routes: [{match: [a=b], runbook: "${SECRET}"}]',
      'escalation: {webhooks: [{name: a, url_file: secret}]}',
      'web: {token_file: tokens}',
      `prometheus: {url: "http://h", bearer_token: "${secret}\nmode: [`,
    ]
    for (const text of texts) {
      const loaded = await load(text, {
        env: { SECRET: secret },
        files: { secret, tokens: `a:${secret}:b\n${secret}\n` },
        findRunbooks: async () => [{ name: 's3cret-valu', parameters: null }],
      })
      const told = loaded.ok ? loaded.warnings.join() : formatFaults(loaded.faults)
      expect(told).not.toBe('')
      expect(told).not.toContain(secret)
    }
  })

  it('in the file itself is warned about, one from elsewhere is not', async () => {
    const text = (token: string) => `prometheus: {url: "http://h", bearer_token: ${token}}`
    expect(await load(text('abc'))).toMatchObject({
      ok: true,
      warnings: [expect.stringContaining('bearer_token_file')],
    })
    expect(await load(text('"${TOKEN}"'), { env: { TOKEN: 'abc' } })).toMatchObject({ ok: true, warnings: [] })
  })
})

describe('a token file', () => {
  it('has each malformed line told with its number, and no hash', async () => {
    const hash = 'ab'.repeat(32)
    const tokens = [
      `alice:read:${hash}`,
      'x',
      `bob:king:${hash}`,
      `:read:${hash}`,
      'eve:read:abcd',
      `a:b:c:${hash}`,
    ].join('\n')
    const loaded = await load('web: {token_file: tokens}', { files: { tokens } })
    const faults = loaded.ok ? [] : loaded.faults
    expect(faults.map(({ file, line, found }) => `${file.split('/').at(-1)}:${line} ${found}`)).toEqual([
      'tokens:2 1 parts',
      'tokens:3 an unknown role',
      'tokens:4 a name that is unusable',
      'tokens:5 something else than a hash',
      'tokens:6 4 parts',
    ])
    expect(formatFaults(faults)).not.toContain('abab')
  })

  it('without any token is a fault: it would allow everything', async () => {
    expect(await faultsOf('web: {token_file: tokens}', { files: { tokens: '# none\n' } })).toHaveLength(1)
  })
})

it('any text is either settings or faults', async () => {
  const word = fc.constantFrom(
    'mode',
    'docker',
    'routes',
    'prometheus',
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    '&a ',
    '*a',
    '!',
    '${X}',
    '1',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
      const folder = writeFiles({ 'selfheal.yml': words.join('') })
      const loaded = await loadConfig({ file: join(folder, 'selfheal.yml'), env: {} })
      expect(loaded.ok || loaded.faults.length > 0).toBe(true)
    }),
    { numRuns: 200 },
  )
})
