import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../../src/cli/program.ts'

const root = join(import.meta.dirname, '../../..')
const files = [
  'README.md',
  ...inFolder('docs', '.md'),
  ...inFolder('docs/reference', '.md'),
  ...inFolder('prometheus', '.yml'),
]

function inFolder(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
}

/** Every `selfheal ...` of a file that stands as code: in back quotes, alone on an indented line, or a command of a comment. */
function commandsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:`|^ {4}|^# |^#.*; )selfheal ((?:[a-z]|--)[^`;\n]*)/gm)].map((match) => match[1] ?? '')
}

/** Words that name no command, and flags that the command does not have. */
function unknownIn(line: string): readonly string[] {
  let command: Command = createProgram({})
  const unknown: string[] = []
  for (const word of line.split(/\s+/).filter((part) => part !== '')) {
    const flag = word.split('=')[0] ?? ''
    const next = command.commands.find((child) => child.name() === word)
    if (next !== undefined) command = next
    else if (word.startsWith('-')) {
      const known = [...command.options.flatMap(({ short, long }) => [short, long]), '--help', '-h']
      if (!known.includes(flag)) unknown.push(word)
    } else if (command.commands.length > 0) unknown.push(word)
  }
  return unknown
}

describe('commands in the documentation', () => {
  const found = files.flatMap((file) => commandsOf(file).map((line) => ({ file, line })))

  it('are found', () => {
    expect(found.map(({ line }) => line)).toContain('check config FILE')
    expect(unknownIn('check everything alertmanager.yml')).toEqual(['everything', 'alertmanager.yml'])
  })

  it('exist, with their flags', () => {
    expect(found.filter(({ line }) => unknownIn(line).length > 0)).toEqual([])
  })

  it("for a runbook of one's own read the configuration that names its folder", () => {
    const lines = commandsOf('docs/runbooks.md').filter((line) =>
      /^(?:check runbooks|plan --offline)(?! (?:\[|--rules))/.test(line),
    )
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toContain('--config.file=selfheal.yml')
  })
})
