import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeReference } from '../../../src/config/reference.ts'

// After a change of the schema: `vitest run --project unit test/unit/config/reference -u` writes the file anew.
it('the reference of the configuration says what the schema says', async () => {
  await expect(writeReference()).toMatchFileSnapshot(
    join(import.meta.dirname, '../../../docs/reference/configuration.md'),
  )
})

it('the reference says what the external address and the Alertmanagers are used for, and no more', () => {
  const rowOf = (key: string) =>
    writeReference()
      .split('\n')
      .find((line) => line.startsWith(`| \`${key}\``)) ?? ''
  expect(rowOf('web.external_url')).toMatch(/`Host`.*`Origin`/)
  expect(rowOf('web.external_url')).not.toContain('links')
  expect(rowOf('alertmanagers')).toContain('escalations are posted to')
  expect(rowOf('alertmanagers')).not.toContain('compared')
})
