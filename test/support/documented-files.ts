/** What docs/runbooks.md tells an author to write and to run, as it stands there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const text = readFileSync(join(import.meta.dirname, '../../docs/runbooks.md'), 'utf8')

/** The files by name: every block of code below a line that begins with the name of the file. */
export const documentedFiles: Readonly<Record<string, string>> = Object.fromEntries(
  [...text.matchAll(/^`([\w./-]+)`[^\n]*:\n\n```\w+\n([\s\S]*?)^```$/gm)].map((match) => [match[1], match[2] ?? '']),
)

/** Every block of code of a language, titled or not. */
export function documentedBlocks(language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  )
}

/** The commands that stand alone on an indented line, without `selfheal`. */
export const documentedCommands: readonly string[] = [...text.matchAll(/^ {4}selfheal ([^\n]+)$/gm)].map(
  (match) => match[1] ?? '',
)

/** The whole text. */
export const documentation = text
