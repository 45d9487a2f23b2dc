import { describe, expect, it } from 'vitest'
import { draftNameOf, keptNameOf, readReplacementName } from '../../../src/docker/recreate-name.ts'

const old = { id: 'ab'.repeat(32), name: 'shop-web-1' }
const other = 'cd'.repeat(32)

describe('names while a container is replaced', () => {
  it('are read back, with the right name and whom they belong to', () => {
    const labels = { 'selfheal.replaces': old.id }
    expect(readReplacementName({ id: other, name: draftNameOf(old), labels })).toEqual({
      ...{ name: 'shop-web-1', part: 'draft', oldId: 'abababababab' },
    })
    expect(readReplacementName({ ...old, name: keptNameOf(old), labels: {} })).toEqual({
      ...{ name: 'shop-web-1', part: 'kept', oldId: 'abababababab' },
    })
  })

  it('are not taken for ours where the container itself says otherwise', () => {
    expect(readReplacementName({ id: other, name: draftNameOf(old), labels: {} })).toBeNull()
    expect(
      readReplacementName({ id: other, name: draftNameOf(old), labels: { 'selfheal.replaces': other } }),
    ).toBeNull()
    expect(readReplacementName({ id: other, name: keptNameOf(old), labels: {} })).toBeNull()
    expect(readReplacementName({ ...old, labels: { 'selfheal.replaces': other } })).toBeNull()
  })
})
