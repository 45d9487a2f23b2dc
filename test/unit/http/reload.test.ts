import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createFixture } from './fixture.ts'

describe('POST /-/reload', () => {
  it('answers which keys changed, what is loaded and what is broken now', async () => {
    const { app } = createFixture()
    const { body } = await request(app).post('/-/reload').expect(200)
    expect(body).toEqual({ changed: ['mode'], loaded: 0, broken: [{ file: 'bad.ts', detail: 'it throws' }] })
  })

  it('answers 409 with the reasons when what was good stays in use', async () => {
    const { app } = createFixture({ reload: async () => ({ isReloaded: false, why: ['faults', 'mode: found x'] }) })
    const { body } = await request(app).post('/-/reload').expect(409)
    expect(body.error).toEqual({ code: 'not-reloaded', message: 'faults; mode: found x' })
  })

  it('is not asked for by looking at it', async () => {
    let count = 0
    const reload = async () => {
      count += 1
      return { isReloaded: true, changed: [] } as const
    }
    const { app } = createFixture({ reload })
    await request(app).get('/-/reload').expect(405)
    await request(app).post('/-/reload?x=1').expect(400)
    await request(app).post('/-/reload').set('Origin', 'http://elsewhere').expect(403)
    expect(count).toBe(0)
  })
})
