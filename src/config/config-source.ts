/** The text of a configuration as values that know where they were written. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { ConfigFault, ConfigPath } from './config-fault.ts'

/** Where something was written. */
export type Place = Pick<ConfigFault, 'file' | 'line' | 'column'>

/** A configuration as it was read. */
export type ConfigSource = {
  /** Plain values; an empty file is an empty mapping. */
  readonly value: unknown
  /** Nothing is written but comments: not even `{}`. */
  readonly isEmpty: boolean
  /** Where the value at a path was written, or the nearest value around it. */
  readonly placeOf: (path: ConfigPath) => Place
  /** Where the key was written that a path ends with. */
  readonly placeOfKey: (path: ConfigPath) => Place
}

/** The schema has six levels. */
const deepestConfig = 20

/** The source where there is no file. */
export const emptySource: ConfigSource = (() => {
  const place = (): Place => ({ file: '(no file)', line: 1, column: 1 })
  return { value: {}, isEmpty: false, placeOf: place, placeOfKey: place }
})()

/** How deep values may be nested, and whether `<<` merges mappings as YAML 1.1 has it. */
export type SourceOptions = { readonly deepest: number; readonly merge: boolean }

/** Reads YAML; when it is none, all faults of its syntax. Aliases cannot make it grow without bound. */
export function readSource(
  file: string,
  text: string,
  { deepest, merge }: SourceOptions = { deepest: deepestConfig, merge: false },
): ConfigSource | readonly ConfigFault[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const faultAt = (offset: number, found: string): ConfigFault => ({
    ...placeAt(offset),
    path: '',
    found,
    expected: 'YAML',
  })
  const broken = withoutEchoes([...document.errors, ...document.warnings])
  if (broken.length > 0) return broken.map((error) => faultAt(error.pos[0], flatten(error.message)))
  const find = (path: ConfigPath, wantsKey: boolean): Place => {
    let node: ParsedNode | null = document.contents
    let offset = node?.range[0] ?? 0
    for (const [index, step] of path.entries()) {
      const isLast = index === path.length - 1
      const next = childOf(resolve(node), step)
      if (next === undefined) break
      offset = wantsKey && isLast ? next.keyAt : (next.value?.range[0] ?? next.keyAt)
      node = next.value
    }
    return placeAt(offset)
  }
  const resolve = (node: ParsedNode | null): Node | null | undefined => (isAlias(node) ? node.resolve(document) : node)
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
    if (!isShallow(value, deepest)) return [faultAt(0, `values nested deeper than ${deepest} levels`)]
    return {
      value,
      isEmpty: document.contents === null,
      placeOf: (path) => find(path, false),
      placeOfKey: (path) => find(path, true),
    }
  } catch (error) {
    return [faultAt(0, error instanceof Error ? flatten(error.message) : 'what cannot be read')]
  }
}

/** Once the reader is lost, everything up to the end is unexpected: the first says where it was lost. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.find(({ code }) => code === 'UNEXPECTED_TOKEN')
  return errors.filter((error) => error.code !== 'UNEXPECTED_TOKEN' || error === first)
}

type Child = { readonly value: ParsedNode | null; readonly keyAt: number }

/** What lies one step below a node of a document that was parsed: its parts have ranges. */
function childOf(node: Node | null | undefined, step: string | number): Child | undefined {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    return pair === undefined ? undefined : { value: pair.value, keyAt: pair.key.range[0] }
  }
  if (isSeq<ParsedNode>(node) && typeof step === 'number') {
    const item = node.items[step]
    return item === undefined ? undefined : { value: item, keyAt: item.range[0] }
  }
  return undefined
}

/** Aliases may make a value contain itself. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1))
}

function flatten(message: string): string {
  return message.split('\n')[0]?.slice(0, 200) ?? ''
}
