/**
 * Module hooks of the worker thread: `'selfheal'` resolves to this package's kit from whatever folder a runbook lies in,
 * and every other module is recorded as it is read, or served from such a record.
 */
import module from 'node:module'
import type { ModuleSource, Snapshot } from './protocol.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const ownRoot = new URL('../', import.meta.url).href
/** URL of the kit: loaded ahead of the first runbook, so that no runbook is charged with its loading. */
export const kitUrl = new URL(`../authoring/index.${extension}`, import.meta.url).href

const kit: Readonly<Record<string, string>> = {
  selfheal: kitUrl,
  'selfheal/testing': new URL(`../testing/index.${extension}`, import.meta.url).href,
}

/** What the hooks have seen so far. */
export type Recorder = {
  readonly snapshot: () => Snapshot
  /** URL of the module that was read last. */
  readonly lastModule: () => string
}

/** Installs the hooks for the life of the thread. */
export function installHooks(snapshot: Snapshot | null): Recorder {
  const resolved: Record<string, string> = {}
  const sources: Record<string, ModuleSource> = {}
  let lastModule = ''
  module.registerHooks({
    resolve(specifier, context, nextResolve) {
      const own = Object.hasOwn(kit, specifier) ? kit[specifier] : undefined
      if (own !== undefined) return { url: own, shortCircuit: true }
      const key = `${context.parentURL ?? ''}\n${specifier}`
      const known = snapshot?.resolved[key]
      if (known !== undefined)
        return { url: known, format: snapshot?.sources[known]?.format ?? null, shortCircuit: true }
      const answer = nextResolve(specifier, context)
      if (isRecorded(answer.url)) resolved[key] = answer.url
      return answer
    },
    load(url, context, nextLoad) {
      lastModule = url
      const known = snapshot?.sources[url]
      if (known !== undefined) return { ...known, shortCircuit: true }
      const answer = nextLoad(url, context)
      const { format, source } = answer
      if (isRecorded(url) && format && source)
        sources[url] = { format, source: typeof source === 'string' ? source : toBytes(source) }
      return answer
    },
  })
  return { snapshot: () => snapshot ?? { resolved, sources }, lastModule: () => lastModule }
}

function isRecorded(url: string): boolean {
  return url.startsWith('file:') && !url.startsWith(ownRoot) && !url.includes('/node_modules/')
}

function toBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source).slice()
}
