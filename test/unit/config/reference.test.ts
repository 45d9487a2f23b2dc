import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load-config.ts'
import { writeReference } from '../../../src/config/reference.ts'
import { writeFiles } from './temporary-files.ts'

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

it('the example of routes is a configuration without faults or warnings', async () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(writeReference()) ?? []
  const file = join(writeFiles({ 'selfheal.yml': example }), 'selfheal.yml')
  const loaded = await loadConfig({ file, env: {} })
  expect(loaded).toMatchObject({ ok: true, warnings: [] })
  expect(loaded.ok && loaded.settings.engine.routes[0]?.routes).toHaveLength(2)
})
