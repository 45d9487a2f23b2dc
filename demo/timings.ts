import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'

/** The waiting times that every measured second has to be read against, as the demo's own files name them. */
export type Timings = {
  readonly scrape: string
  readonly evaluation: string
  readonly for: string
  readonly groupWait: string
  readonly groupInterval: string
}

const prometheusSchema = Type.Object({
  global: Type.Object({ scrape_interval: Type.String(), evaluation_interval: Type.String() }),
})

const rulesSchema = Type.Object({
  groups: Type.Array(Type.Object({ rules: Type.Array(Type.Object({ alert: Type.String(), for: Type.String() })) })),
})

const alertmanagerSchema = Type.Object({
  route: Type.Object({
    routes: Type.Array(
      Type.Object({
        receiver: Type.String(),
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
  const rule = rules.groups.flatMap((group) => group.rules).find(({ alert }) => alert === 'ServiceDown')
  const route = alertmanager.route.routes.find(({ receiver }) => receiver === 'selfheal')
  return {
    scrape: prometheus.global.scrape_interval,
    evaluation: prometheus.global.evaluation_interval,
    for: rule?.for ?? '?',
    groupWait: route?.group_wait ?? '?',
    groupInterval: route?.group_interval ?? '?',
  }
}

async function readYaml(file: string): Promise<unknown> {
  return parse(await readFile(join(import.meta.dirname, file), 'utf8'))
}
