import { describe, expect, it } from 'vitest'
import { parseContainerEvent, sinceOf } from '../../../src/docker/container-event.ts'

const line = (attributes: object, action = 'kill') =>
  JSON.stringify({
    ...{ status: action, id: 'c1', Type: 'container', Action: action },
    ...{ Actor: { ID: 'c1', Attributes: attributes }, scope: 'local', time: 1795304574 },
  }).replace(/\}$/, ',"timeNano":1795304574933233951}')

describe('container event', () => {
  it('is read with every digit of its time', () => {
    const event = parseContainerEvent(line({ signal: '15', name: 'web' }))
    expect(event).toEqual({
      ...{ id: 'c1', action: 'kill', at: 1795304574933, atNanos: 1795304574933233951n, signal: 15, exitCode: null },
    })
    expect(event && sinceOf(event)).toBe('1795304574.933233951')
  })

  it('keeps leading zeros in the time to begin from', () => {
    const text = line({ exitCode: '137' }, 'die').replace('1795304574933233951', '1795304574000000042')
    const event = parseContainerEvent(text)
    expect(event?.exitCode).toBe(137)
    expect(event && sinceOf(event)).toBe('1795304574.000000042')
  })

  it('is not deceived by labels that look like its time', () => {
    const labels = { timeNano: '1', x: '"timeNano":2', '"timeNano":3,"': '4' }
    expect(parseContainerEvent(line(labels))?.atNanos).toBe(1795304574933233951n)
  })

  it('is null for other kinds of events, also of other things', () => {
    expect(parseContainerEvent(line({}, 'exec_start: sh'))).toBeNull()
    expect(parseContainerEvent(line({}).replace('"container"', '"network"'))).toBeNull()
  })

  it('has no signal and no exit code where none is told or they are no numbers', () => {
    expect(parseContainerEvent(line({ signal: 'TERM', exitCode: '1e3' }))).toMatchObject({
      signal: null,
      exitCode: null,
    })
  })

  it.each(['<html>', '[]', '"die"', 'null', ''])('throws for %j, which is no event', (text) => {
    expect(() => parseContainerEvent(text)).toThrow()
  })
})
