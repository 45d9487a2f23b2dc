/** From the configuration as it is written to the settings as they are used. */
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseLabelTemplate } from '../alert/label-template.ts'
import { parseBudget } from '../guard/parse-budget.ts'
import { parseDuration } from '../lib/duration.ts'
import type { ConfigFile, WrittenRoute } from './schema.ts'
import type { Credentials, Endpoint, Route, Settings, Token } from './settings.ts'
import { shippedRoutes } from './shipped-routes.ts'
import { parseSize } from './size.ts'
import { toMaintenance } from './to-maintenance.ts'

/** Folder of the runbooks that ship, absolute. */
export const shippedRunbooks = fileURLToPath(new URL('../../runbooks', import.meta.url))

/** Converts a configuration that was validated and whose secrets were read. Relative folders start at `folder`. */
export function toSettings(config: ConfigFile, tokens: readonly Token[], folder: string): Settings {
  const { docker, prometheus, runbooks, web } = config
  return {
    engine: toEngine(config),
    docker: {
      name: docker.name,
      host: docker.host,
      timeoutMs: parseDuration(docker.timeout),
      optIn: docker.opt_in.map((text) => [text]),
    },
    prometheus: prometheus === undefined ? null : toEndpoint(prometheus),
    alertmanagers: config.alertmanagers.map(toEndpoint),
    webhooks: config.escalation.webhooks.map((webhook) => ({
      ...toEndpoint({ ...webhook, url: webhook.url ?? '' }),
      // The address of a webhook is used as it was given: a slash at its end may matter.
      url: webhook.url ?? '',
      name: webhook.name,
    })),
    runbooks: {
      folders: resolveFolders(runbooks.folders, folder),
      deadlineMs: parseDuration(runbooks.deadline),
    },
    web: {
      tokens,
      maxBodyBytes: parseSize(web.max_body_size) ?? 0,
      externalUrl: web.external_url === undefined ? null : trimSlashes(web.external_url),
    },
    log: { level: config.log.level },
  }
}

/** Folders of runbooks as they are written, made absolute: relative ones start at `folder`. */
export function resolveFolders(written: readonly string[], folder: string): readonly string[] {
  return written.map((entry) =>
    entry === 'shipped' ? shippedRunbooks : isAbsolute(entry) ? entry : resolve(folder, entry),
  )
}

function toEngine(config: ConfigFile): Settings['engine'] {
  return {
    mode: config.mode,
    ceiling: config.ceiling,
    routes: config.routes.map(toRoute),
    shippedRoutes: config.shipped_routes ? shippedRoutes : [],
    budgets: config.limits.budgets.map(parseBudget),
    cooldownMs: parseDuration(config.limits.cooldown),
    reopenWithinMs: parseDuration(config.reopen_within),
    reopenLimit: config.reopen_limit,
    approvalTimeoutMs: parseDuration(config.approval_timeout),
    actionTimeoutMs: parseDuration(config.action_timeout),
    pollIntervalMs: parseDuration(config.proof.poll_interval),
    scrapeIntervalMs: config.prometheus === undefined ? 0 : parseDuration(config.prometheus.scrape_interval),
    copyLabels: config.escalation.copy_labels,
    maintenance: config.maintenance.map(toMaintenance),
  }
}

function toRoute(written: WrittenRoute): Route {
  const { match, runbook, mode, budgets, cooldown, target, parameters, routes } = written
  return {
    match,
    runbook: runbook ?? null,
    mode: mode ?? null,
    budgets: budgets?.map(parseBudget) ?? null,
    cooldownMs: cooldown === undefined ? null : parseDuration(cooldown),
    ...(target !== undefined && { target: parseLabelTemplate(target) }),
    ...(parameters !== undefined && { parameters }),
    ...(routes !== undefined && { routes: routes.map(toRoute) }),
  }
}

type WrittenEndpoint = ConfigFile['alertmanagers'][number]

function toEndpoint({ url, timeout, ...secrets }: WrittenEndpoint): Endpoint {
  return { url: trimSlashes(url), credentials: toCredentials(secrets), timeoutMs: parseDuration(timeout) }
}

function toCredentials({ bearer_token, basic_auth }: Omit<WrittenEndpoint, 'url' | 'timeout'>): Credentials {
  if (bearer_token !== undefined) return { kind: 'bearer', token: bearer_token }
  if (basic_auth === undefined) return { kind: 'none' }
  return { kind: 'basic', username: basic_auth.username, password: basic_auth.password ?? '' }
}

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '')
}
