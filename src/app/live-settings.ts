/** Settings that a reload replaces while everything runs. */
import type { Settings, Token } from '../config/settings.ts'

/** The settings in use. */
export type LiveSettings = {
  /** A view: each part is the latest when it is read, so it is read where it is used and never kept. */
  readonly view: Settings
  /** One list for good, changed in place: who holds it has the latest tokens. */
  readonly tokens: readonly Token[]
  /** The longest deadline for an action that has held since the start: one that runs may have begun under it. */
  readonly longestActionMs: () => number
  readonly current: () => Settings
  readonly replace: (next: Settings) => void
}

/** Creates the settings in use from those of the start. */
export function createLiveSettings(initial: Settings): LiveSettings {
  let current = initial
  let longestActionMs = initial.engine.actionTimeoutMs
  const tokens: Token[] = [...initial.web.tokens]
  const view: Settings = {
    get engine() {
      return current.engine
    },
    get docker() {
      return current.docker
    },
    get prometheus() {
      return current.prometheus
    },
    get alertmanagers() {
      return current.alertmanagers
    },
    get webhooks() {
      return current.webhooks
    },
    get runbooks() {
      return current.runbooks
    },
    get web() {
      return current.web
    },
    get log() {
      return current.log
    },
  }
  return {
    view,
    tokens,
    longestActionMs: () => longestActionMs,
    current: () => current,
    replace: (next) => {
      current = next
      longestActionMs = Math.max(longestActionMs, next.engine.actionTimeoutMs)
      tokens.splice(0, tokens.length, ...next.web.tokens)
    },
  }
}
