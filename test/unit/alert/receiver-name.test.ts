import { expect, test } from 'vitest'
import { unquoteReceiver } from '../../../src/alert/receiver-name.ts'

test.each([
  ['selfheal', 'selfheal'],
  ['web\\.hook', 'web.hook'],
  ['a\\\\b', 'a\\b'],
  ['\\.\\+\\*\\?\\(\\)\\|\\[\\]\\{\\}\\^\\$', '.+*?()|[]{}^$'],
  ['team-a/b ü "x"', 'team-a/b ü "x"'],
  ['odd\\n', 'odd\\n'],
  ['', ''],
])('%s is configured as %s', (posted, configured) => {
  expect(unquoteReceiver(posted)).toBe(configured)
})
