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
  'selfheal/testing': new URL(`../authoring/testing.${extension}`, import.meta.url).href,
}

/** Installs the hooks for the life of the thread; answers a function that returns what was recorded so far. */
export function installHooks(snapshot: Snapshot | null): () => Snapshot {
  const resolved: Record<string, string> = {}
  const sources: Record<string, ModuleSource> = {}
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
      const known = snapshot?.sources[url]
      if (known !== undefined) return { ...known, shortCircuit: true }
      const answer = nextLoad(url, context)
      const { format, source } = answer
      if (isRecorded(url) && format && source)
        sources[url] = { format, source: typeof source === 'string' ? source : toBytes(source) }
      return answer
    },
  })
  return () => snapshot ?? { resolved, sources }
}

function isRecorded(url: string): boolean {
  return url.startsWith('file:') && !url.startsWith(ownRoot) && !url.includes('/node_modules/')
}

function toBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source).slice()
}
