import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeReference } from '../../../src/config/reference.ts'

// After a change of the schema: `vitest run --project unit test/unit/config/reference -u` writes the file anew.
it('the reference of the configuration says what the schema says', async () => {
  await expect(writeReference()).toMatchFileSnapshot(
    join(import.meta.dirname, '../../../docs/reference/configuration.md'),
  )
})
