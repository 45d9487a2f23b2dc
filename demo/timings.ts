import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'

/** The waiting times that every measured second has to be read against, as the demo's own files name them. */
export type Timings = {
  readonly scrape: string
  readonly evaluation: string
  /** How long each rule of the demo's alerts must hold before it fires, by alert. */
  readonly for: Readonly<Record<'ServiceDown' | 'ServiceErrors', string>>
  readonly groupWait: string
  readonly groupInterval: string
}

const prometheusSchema = Type.Object({
  global: Type.Object({ scrape_interval: Type.String(), evaluation_interval: Type.String() }),
})

const rulesSchema = Type.Object({
  groups: Type.Array(
    Type.Object({
      rules: Type.Array(Type.Object({ alert: Type.Optional(Type.String()), for: Type.Optional(Type.String()) })),
    }),
  ),
})

const alertmanagerSchema = Type.Object({
  route: Type.Object({
    routes: Type.Array(
      Type.Object({
        matchers: Type.Array(Type.String()),
        group_wait: Type.Optional(Type.String()),
        group_interval: Type.Optional(Type.String()),
      }),
    ),
  }),
})

/** Reads the timings from the files that Prometheus and Alertmanager run with. */
export async function readTimings(): Promise<Timings> {
  const prometheus = Value.Parse(prometheusSchema, await readYaml('prometheus.yml'))
  const rules = Value.Parse(rulesSchema, await readYaml('../rules/plain.yml'))
  const alertmanager = Value.Parse(alertmanagerSchema, await readYaml('alertmanager.yml'))
  const all = rules.groups.flatMap((group) => group.rules)
  const forOf = (name: string) => all.find(({ alert }) => alert === name)?.for ?? '?'
  const route = alertmanager.route.routes.find(({ matchers }) => matchers.includes('selfheal_origin!="engine"'))
  return {
    scrape: prometheus.global.scrape_interval,
    evaluation: prometheus.global.evaluation_interval,
    for: { ServiceDown: forOf('ServiceDown'), ServiceErrors: forOf('ServiceErrors') },
    groupWait: route?.group_wait ?? '?',
    groupInterval: route?.group_interval ?? '?',
  }
}

async function readYaml(file: string): Promise<unknown> {
  return parse(await readFile(join(import.meta.dirname, file), 'utf8'))
}
