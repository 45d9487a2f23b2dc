import fc from 'fast-check'

// Regular expressions, most of them valid, where engines are known to differ.

const characters = fc.constantFrom('a', 'b', 'c', 'A', 'k', 's', 'é', '🙂', '1', '_', '-', ' ', '\n', 'ß', 'İ')
const classes = fc.constantFrom(
  ...['.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '[ab]', '[^ab]', '[a-c]', '[^\\n]', '[\\d_]', '[[:alpha:]]'],
  ...[
    '[[:^digit:]]',
    '[]a]',
    '[^]a]',
    '[a-]',
    '[[:word:]]',
    '\\pL',
    '\\PL',
    '\\p{Greek}',
    '\\p{^Lu}',
    '\\P{Lu}',
    '\\p{Any}',
  ],
  ...['[\\pN\\pS]', '[^\\x00-\\x7F]', '[é-🙂]', '[\\w-]'],
)
const escapes = fc.constantFrom(
  ...[
    '\\.',
    '\\n',
    '\\t',
    '\\x41',
    '\\x{1F642}',
    '\\101',
    '\\Qa.b\\E',
    '\\-',
    '\\/',
    '\\_',
    '\\a',
    '\\v',
    '\\0',
    '\\Q*',
  ],
)
const anchors = fc.constantFrom('^', '$', '\\A', '\\z', '\\b', '\\B', '')
const broken = fc.constantFrom(
  ...[
    '(',
    ')',
    '[',
    ']',
    '*',
    '+',
    '?',
    '{',
    '}',
    '\\',
    '\\1',
    '\\8',
    '\\C',
    '\\Z',
    '\\G',
    '\\y',
    '\\e',
    '(?=a)',
    '(?!a)',
  ],
  ...[
    '(?<=a)',
    '(?>a)',
    '(?#a)',
    'a**',
    'a{2}{3}',
    'a{2,1}',
    'a{1001}',
    '[b-a]',
    '[[:nope:]]',
    '\\p{Nope}',
    '\\pZZ',
    'a++',
  ],
  ...[
    '(?z)',
    '(?i',
    '(?P<a',
    '(?P<1>a)',
    '(?P=a)',
    '\\x{110000}',
    '\\xZ',
    '(?P<a>a)(?P<a>b)',
    'a{,2}',
    'a{',
    'a{1',
    'a{,}',
    '(?i-)',
    '(?-)',
  ],
)

const repeats = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{0}', '{2,}', '{0,1}?', '{,2}'),
  },
)

const atom = fc.letrec<{ atom: string; branch: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 8, arbitrary: characters },
    { weight: 5, arbitrary: classes },
    { weight: 2, arbitrary: escapes },
    { weight: 1, arbitrary: anchors },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            '(',
            '(?:',
            '(?i:',
            '(?s:',
            '(?m:',
            '(?U:',
            '(?i-s:',
            '(?P<n>',
            '(',
            '(?i)(',
            '(?s)(',
            '(?U)(',
          ),
          tie('branch'),
        )
        .map(([open, inner]) => `${open}${inner})`),
    },
  ),
  branch: fc
    .array(
      fc.array(
        fc.tuple(tie('atom'), repeats).map((parts) => parts.join('')),
        { maxLength: 3 },
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((branches) => branches.map((pieces) => pieces.join('')).join('|')),
}))

/** Patterns that RE2 mostly takes. */
export const patternText: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: atom.branch },
  { weight: 1, arbitrary: fc.tuple(atom.branch, broken, atom.branch).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: broken },
)

const units = [
  'a',
  'b',
  'c',
  'A',
  'B',
  'k',
  'K',
  's',
  'ſ',
  'é',
  'É',
  '🙂',
  '1',
  '_',
  '-',
  ' ',
  '\n',
  'ß',
  'ẞ',
  'İ',
  'i',
  '.',
  'ω',
]

/** Values to hold against them. */
export const patternValue: fc.Arbitrary<string> = fc.string({ unit: fc.constantFrom(...units), maxLength: 5 })
