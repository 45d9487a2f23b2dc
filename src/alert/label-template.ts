/**
 * Templates over labels: literal text with `{{ .labels.name }}` in it, and nothing else of Go's templates.
 *
 * A label whose name is no identifier is written `{{ index .labels "its.name" }}`.
 */

/** One part of a template: text as it stands, or the value of a label. */
export type TemplatePart = { readonly text: string } | { readonly label: string }

/** A template that was read: the text as it was written, and its parts in order. */
export type LabelTemplate = { readonly text: string; readonly parts: readonly TemplatePart[] }

/** What a template came to for a label set, or the name of a label that it needs and that is not there. */
export type FilledTemplate =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly missing: string }

/** A text is no template. */
export class TemplateError extends Error {
  /** Offset in UTF-16 units at which the fault lies, from 0. */
  readonly position: number
  readonly found: string
  readonly expected: string

  constructor(position: number, found: string, expected: string) {
    super(`template, column ${position + 1}: found ${found}, expected ${expected}`)
    this.name = 'TemplateError'
    this.position = position
    this.found = found
    this.expected = expected
  }
}

const placeholder = /^\s*(?:\.labels\.([A-Za-z_][A-Za-z0-9_]*)|index\s+\.labels\s+("(?:[^"\\]|\\.)*"))\s*$/su
const forms = `{{ .labels.name }} or {{ index .labels "name" }}`

/** Reads a template once, so that filling it cannot fail. Throws `TemplateError` at the first fault. */
export function parseLabelTemplate(text: string): LabelTemplate {
  if (text.trim() === '') throw new TemplateError(0, 'an empty text', `a text, or ${forms}`)
  const parts: TemplatePart[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{{', at)
    if (open === -1) {
      parts.push({ text: text.slice(at) })
      break
    }
    if (open > at) parts.push({ text: text.slice(at, open) })
    const close = text.indexOf('}}', open + 2)
    if (close === -1) throw new TemplateError(open, 'an opening {{', 'a closing }}')
    parts.push({ label: readPlaceholder(text.slice(open + 2, close), open) })
    at = close + 2
  }
  return { text, parts }
}

/** Puts the labels' values in. A label that is missing or empty makes the whole template empty: it is named instead. */
export function fillTemplate(template: LabelTemplate, labels: Readonly<Record<string, string>>): FilledTemplate {
  let value = ''
  for (const part of template.parts) {
    if ('text' in part) {
      value += part.text
      continue
    }
    const filled = Object.hasOwn(labels, part.label) ? (labels[part.label] ?? '') : ''
    if (filled === '') return { ok: false, missing: part.label }
    value += filled
  }
  return { ok: true, value }
}

function readPlaceholder(inner: string, position: number): string {
  const [, plain, quoted] = placeholder.exec(inner) ?? []
  if (plain !== undefined) return plain
  const name = quoted === undefined ? undefined : unquote(quoted)
  if (name !== undefined && name !== '') return name
  throw new TemplateError(position, JSON.stringify(`{{${inner.slice(0, 100)}}}`), forms)
}

function unquote(quoted: string): string | undefined {
  try {
    const name: unknown = JSON.parse(quoted)
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
