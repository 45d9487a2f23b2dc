import { describe, expect, it } from 'vitest'
import { formatHappening } from '../../../demo/happening.ts'

describe('a line of the timeline', () => {
  it('is one line whatever the text holds', () => {
    const text = 'answers\nagain \u001b[31mred\u2028\u0007'
    const line = formatHappening({ at: 12_340, service: 'stock', kind: 'probe', text }, 0, process.stdout)
    expect(line).toMatch(/^ {2}12\.3 s {2}stock {4}/)
    expect(line).toMatch(/answers again \[31mred$/)
  })
})
