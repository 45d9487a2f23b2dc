/** What an alertmanager.yml is held against, from the settings of selfheal. */
import type { LintContext } from '../alertmanager-config/context.ts'
import type { Settings } from '../config/settings.ts'

/** What is known beside the settings. */
export type ContextOptions = {
  /** `--receiver`. */
  readonly receiver: string | undefined
  /** Whether the settings come from a file: only then it is known whether selfheal wants a token. */
  readonly isConfigured: boolean
  /** Of the Alertmanager. */
  readonly version: string | null
}

/** Answers what the rules for an alertmanager.yml need to know. */
export function alertmanagerContext(settings: Settings, options: ContextOptions): LintContext {
  const { engine, web } = settings
  return {
    externalUrl: web.externalUrl,
    receiver: options.receiver ?? null,
    needsToken: options.isConfigured ? web.tokens.length > 0 : null,
    cooldownMs: engine.cooldownMs,
    reopenWithinMs: engine.reopenWithinMs,
    copyLabels: engine.copyLabels,
    targetLabels: engine.routes.flatMap(({ target }) =>
      (target?.parts ?? []).flatMap((part) => ('label' in part ? [part.label] : [])),
    ),
    version: options.version,
  }
}
