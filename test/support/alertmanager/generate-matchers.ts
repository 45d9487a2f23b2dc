import fc from 'fast-check'

// Texts that are matchers, nearly matchers, or were: for comparing parsers with each other.

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'foo_bar', '_x', 'a:b', 'A1') },
  { weight: 2, arbitrary: fc.constantFrom('ü', 'größe', 'a-b', 'a.b', '1a', '🙂', 'a/b', '$') },
  { weight: 2, arbitrary: fc.constantFrom('"a"', '"a b"', '"ü"', '"\\u00fc"', '"a\\"b"', '"{a}"', '"\\x61"') },
  { weight: 1, arbitrary: fc.constantFrom('', "'a'", '`a`', 'a b', 'a\\b', '"a', 'a"', '"\\d"') },
)

const operators = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('=', '!=', '=~', '!~') },
  { weight: 1, arbitrary: fc.constantFrom('==', '=!', '!', '~', '=~~', '!=~', '', '=~=') },
)

const plain = fc.constantFrom(
  'a',
  'b',
  'x',
  '1',
  '.',
  '*',
  '+',
  '|',
  '(a)',
  '[ab]',
  '-',
  '/',
  ':',
  '$',
  '^',
  'é',
  '🙂',
  '?',
)
const escapes = fc.constantFrom(
  ...['\\\\', '\\"', '\\n', '\\t', '\\a', '\\b', '\\f', '\\r', '\\v', '\\\\d', '\\\\.', '\\x41', '\\101', '\\u00e9'],
  ...[
    '\\U0001F642',
    '\\xc3\\xa9',
    '\\d',
    '\\.',
    '\\w',
    '\\x4',
    '\\400',
    '\\ud800',
    '\\,',
    '\\xff',
    "\\'",
    '\\8',
    '\\U00110000',
  ],
)
const special = fc.constantFrom(
  '{',
  '}',
  '!',
  '=',
  '~',
  ',',
  "'",
  '`',
  ' ',
  '\n',
  '\t',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '"',
)

const joined = (part: fc.Arbitrary<string>, most: number) =>
  fc.array(part, { maxLength: most }).map((parts) => parts.join(''))

const values = fc.oneof(
  { weight: 3, arbitrary: joined(plain, 4) },
  {
    weight: 6,
    arbitrary: joined(
      fc.oneof({ weight: 6, arbitrary: plain }, { weight: 3, arbitrary: escapes }, { weight: 1, arbitrary: special }),
      5,
    ).map((text) => `"${text}"`),
  },
  { weight: 1, arbitrary: joined(fc.oneof(plain, escapes, special), 4) },
  { weight: 1, arbitrary: fc.constantFrom('', '""', '"', '\\', '"\\', '"\\"', '"a"b', '"a" "b"', '\\"', '"\\\\"') },
)

const space = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: fc.constantFrom(' ', '  ', '\t', '\n') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\v', '\f', '\r', '\u0085', '\u00a0', '\u2003', '\u2028', '\u3000', '\ufeff', '\u200b'),
  },
)

const one = fc.tuple(space, names, space, operators, space, values, space).map((parts) => parts.join(''))
const separator = fc.oneof({ weight: 10, arbitrary: fc.constant(',') }, fc.constantFrom(',,', '', ' ', ';', ', ,'))
const several = fc
  .tuple(one, fc.array(fc.tuple(separator, one), { maxLength: 2 }))
  .map(([first, rest]) => `${first}${rest.flat().join('')}`)
const framed = fc
  .tuple(
    fc.constantFrom('', '', '', '', '{', '{', '{', ' {', '{{'),
    fc.oneof({ weight: 12, arbitrary: several }, fc.constant('')),
    fc.constantFrom('', '', '', '', ',', ', ', ',,'),
  )
  .chain(([open, text, comma]) => {
    const closes = open === '' ? ['', '', '', '', '', '}'] : ['}', '}', '}', '} ', '', '}}', '}x']
    return fc.constantFrom(...closes).map((close) => `${open}${text}${comma}${close}`)
  })

/** Anything that a person, a template or a slip of the hand makes of matchers. */
export const matcherText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: one },
  { weight: 1, arbitrary: several },
  { weight: 4, arbitrary: framed },
)
