/** Ways around the tokens, tried on a server that listens: there is none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roles } from '../../../src/config/settings.ts'
import { routes } from '../../../src/http/routes.ts'
import { createFixture, notification, secretOf, tokens } from './fixture.ts'
import { listening } from './raw-ask.ts'

const json = { 'content-type': 'application/json' }
const guarded = routes.filter(({ access }) => access !== 'open')
const open = routes.filter(({ access }) => access === 'open').map(({ path }) => path)

/** The same path, written in other ways that a server might read as the same. */
const spellings = (path: string): readonly string[] => [
  path,
  `${path}/`,
  `${path}?`,
  `${path}?token=x`,
  `/${path}`,
  path.toUpperCase(),
  path.replace('/api', '/%61pi'),
  path.replace('/v1/', '/v1//'),
  path.replace('/v1/', '/v1/./'),
  `/-/healthy/..${path}`,
  `/metrics/../..${path}`,
  `http://localhost${path}`,
  `${path};x=y`,
  `${path}%20`,
  `${path}%00`,
]

describe('without a token', () => {
  it('no spelling of a guarded path, with any method, is answered with anything but an error', async () => {
    const fixture = createFixture({ tokens })
    const ask = await listening(fixture)
    for (const { path } of guarded) {
      for (const spelling of spellings(path.replace(':id', '1'))) {
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
          const body = method === 'POST' ? { headers: json, body: JSON.stringify(notification()) } : {}
          const { status } = await ask({ method, path: spelling, ...body })
          expect([method, spelling, [400, 401, 404].includes(status) ? 'refused' : status]).toEqual([
            method,
            spelling,
            'refused',
          ])
        }
      }
    }
    expect(fixture.store.ledger.pendingNotifications(1)).toEqual([])
    expect(fixture.letters).toEqual([])
  })

  it('what is open is open in the reading methods alone', async () => {
    const ask = await listening(createFixture({ tokens }))
    for (const path of open) {
      expect([path, (await ask({ path })).status]).toEqual([path, 200])
      expect([path, (await ask({ path, method: 'HEAD' })).status]).toEqual([path, 200])
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        expect([method, path, (await ask({ method, path })).status]).toEqual([method, path, 405])
      }
    }
  })

  it('no Authorization header opens anything that does not hold a token', async () => {
    const fixture = createFixture({ tokens })
    const ask = await listening(fixture)
    const scheme = fc.constantFrom('Bearer ', 'bearer  ', 'Basic ', 'Token ', '', 'Bearer Bearer ')
    const near = fc.constantFrom(...tokens.flatMap(({ name, sha256 }) => [name, sha256]), secretOf('admin').slice(1))
    const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
    const value = fc.oneof(
      printable,
      near,
      fc.string().map((text) => Buffer.from(text).toString('base64')),
      near.map((text) => Buffer.from(`${text}:`).toString('base64')),
    )
    await fc.assert(
      fc.asyncProperty(scheme, value, async (before, after) => {
        const { status } = await ask({ path: '/api/v1/status', headers: { authorization: `${before}${after}`.trim() } })
        expect(status).toBe(401)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a route', () => {
  it('has one of the roles, or is one of those that the contract opens', () => {
    expect(open).toEqual(['/-/healthy', '/-/ready', '/metrics'])
    for (const { method, path, access } of guarded) {
      expect([`${method} ${path}`, [...roles, 'open'].includes(access)]).toEqual([`${method} ${path}`, true])
    }
  })

  it('that changes something is not for those who only send or read', async () => {
    const ask = await listening(createFixture({ tokens }))
    const changing = guarded.filter(({ method, path }) => method === 'POST' && !/\/(alerts|plan)$/.test(path))
    expect(changing.length).toBeGreaterThan(0)
    for (const { path } of changing) {
      for (const role of ['send', 'read'] as const) {
        const headers = { authorization: `Bearer ${secretOf(role)}` }
        expect((await ask({ method: 'POST', path: path.replace(':id', '1'), headers })).status).toBe(403)
      }
    }
  })

  it('that reads is not for the sender of alerts, whose token lies in the configuration of Alertmanager', async () => {
    const ask = await listening(createFixture({ tokens }))
    const headers = { authorization: `Bearer ${secretOf('send')}` }
    for (const { path } of guarded.filter(({ method }) => method === 'GET')) {
      const url = path.replace(':id', '1')
      expect([url, (await ask({ path: url, headers })).status]).toEqual([url, 403])
      expect([url, (await ask({ path: url, headers, method: 'HEAD' })).status]).toEqual([url, 403])
    }
  })
})
