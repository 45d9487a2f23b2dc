/** Finds where a module breaks JavaScript's grammar: Node keeps that place to itself when it parses an ES module. */
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import type { Place } from './locate.ts'
import type { ThrownError } from './protocol.ts'

const prefix = 'async()=>{'

/**
 * Answers the place of the first syntax error, or `null` when there is none or it cannot be told. The text is parsed as
 * the body of a function, its imports and exports blanked out with all positions kept; nothing is run.
 */
export function findSyntaxPlace(source: string, isTypeScript: boolean): Place | null {
  const name = 'parsed-text'
  try {
    const body = blankModuleSyntax(isTypeScript ? module.stripTypeScriptTypes(source) : source)
    new Script(`${prefix}${body}\n}`, { filename: name })
    return null
  } catch (error) {
    const lines = error instanceof Error ? (error.stack ?? '').split('\n') : []
    const line = Number(new RegExp(`^${name}:(\\d+)$`).exec(lines[0] ?? '')?.[1] ?? 0)
    const column =
      lines
        .slice(1, 4)
        .find((text) => /^\s*\^+\s*$/.test(text))
        ?.search(/\^/) ?? 0
    return line === 0 ? null : { line, column: column + 1 - (line === 1 ? prefix.length : 0) }
  }
}

/** The place of a syntax error that names none: it lies in the module that was read last, given by its URL. */
export function findUnparsed(error: ThrownError, lastModule: string): ThrownError['parsed'] {
  if (error.name !== 'SyntaxError' || error.code !== '' || !lastModule.startsWith('file:')) return null
  const file = fileURLToPath(lastModule)
  const place = findSyntaxPlace(readFileSync(file, 'utf8'), /\.m?ts$/.test(file))
  return place === null ? null : { file, ...place }
}

function blankModuleSyntax(source: string): string {
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')
  return source
    .replaceAll(/^[ \t]*import\s+(?:[^'"();]*\sfrom\s*)?(['"])[^'"\n]*\1(?:\s*with\s*\{[^}]*\})?/gm, blank)
    .replaceAll(/^[ \t]*export\s+(?:\*[^'"\n]*|\{[^}]*\})(?:\s*from\s*(['"])[^'"\n]*\1)?/gm, blank)
    .replaceAll(/^([ \t]*)export(\s+)default\b/gm, (_, indent, gap) => `${indent}void  ${blank(gap)}       `)
    .replaceAll(/^([ \t]*)export\b/gm, (_, indent) => `${indent}      `)
}
