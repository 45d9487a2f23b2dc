import type { AlertmanagerParts } from '../../../tools/provision/alertmanager.ts'
import type { PrometheusParts } from '../../../tools/provision/prometheus.ts'
import type { Age } from '../../../tools/provision/version.ts'

/** The real parts of this run of tests. */
export interface World {
  readonly engine: { readonly host: string }
  /** A folder of this run alone; it is removed at the end. */
  readonly folder: string
  readonly prometheus: Readonly<Record<Age, PrometheusParts>>
  readonly alertmanager: Readonly<Record<Age, AlertmanagerParts>>
}

/** Returns what `npm test` started for this run; throws, saying what to do, when it did not start these tests. */
export function realWorld(): World {
  const text = process.env.SELFHEAL_TEST_WORLD
  if (text === undefined) {
    throw new Error(
      'These tests need a Docker engine, Prometheus and Alertmanager of their own, which only `npm test` starts. ' +
        'Use: npm test -- --tier contract -- test/contract/some.test.ts (or --tier e2e)',
    )
  }
  return JSON.parse(text)
}
