/** The kit's testing half, `selfheal/testing`: what an author's own tests use. Pure: no thread, no engine, no Docker. */
import type { Static, TObject } from 'typebox'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { Action } from './action.ts'
import type { Observation, Replica, Target } from './observation.ts'
import type { ParametersOf, Runbook } from './runbook.ts'
import { validateActions } from './validate-actions.ts'
import { explainCondition, explainPromise } from './validate-answer.ts'
import { explainInvalidLabels } from './validate-labels.ts'
import { fillParameters } from './validate-parameters.ts'

/** The alert that a runbook is asked about; annotations default to none. */
export type TestAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** An observation whose parameters need not be complete: the runbook's defaults stand for what is left out. */
export type TestObservation = Omit<Observation, 'parameters'> & Partial<Pick<Observation, 'parameters'>>

/** What one rung would do: its actions, none where its `when` said false. */
export type PlannedRung = { readonly rung: string; readonly skipped: boolean; readonly actions: readonly Action[] }

/** A running replica `web-1` without a health check, started at 2026-01-01T00:00:00Z, with what you name changed. */
export function aReplica(changes: Partial<Replica> = {}): Replica {
  const name = changes.name ?? 'web-1'
  return {
    id: `id-of-${name}`,
    name,
    state: 'running',
    health: 'none',
    healthCheckedAt: null,
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: null,
    exitCode: 0,
    oomKilled: false,
    restartCount: 0,
    restartPolicy: 'unless-stopped',
    image: 'example/web:1',
    imageId: 'sha256:0000000000000000000000000000000000000000000000000000000000000001',
    addresses: { default: '172.18.0.2' },
    ...changes,
  }
}

/** A target `local/shop/web` with one replica, with what you name changed; the lineage follows from its parts. */
export function aTarget(changes: Partial<Omit<Target, 'lineage'>> = {}): Target {
  const parts = { engine: 'local', project: 'shop', service: 'web', replicas: [aReplica()], ...changes }
  return { lineage: `${parts.engine}/${parts.project}/${parts.service}`, ...parts }
}

/** An observation of `aTarget()` at 2026-01-01T01:00:00Z, with what you name changed. */
export function anObservation(changes: Partial<Observation> = {}): Observation {
  return { at: '2026-01-01T01:00:00.000Z', target: aTarget(), labels: {}, annotations: {}, parameters: {}, ...changes }
}

/**
 * Answers for each rung in order what it would do about the alert, given the observation (whose labels and annotations
 * are replaced by the alert's, and whose parameters are filled up with the runbook's defaults). As in the engine the
 * labels are validated by the runbook's contract and the parameters by its schema, the observation is frozen, and what
 * `plan` returns must be actions on the observed target: anything else throws an Error that says why.
 */
export function planFor<Schema extends TObject, Tuning extends TObject>(
  runbook: Runbook<Schema, Tuning>,
  alert: TestAlert,
  observation: TestObservation = anObservation(),
): readonly PlannedRung[] {
  const { labels, annotations = {} } = alert
  const invalid = explainInvalidLabels(asPlain(runbook.labels), labels)
  if (invalid !== null) throw new Error(`the labels break the contract of ${runbook.name}: ${invalid}`)
  const tuning = runbook.parameters === undefined ? null : asPlain(runbook.parameters)
  const read = fillParameters(tuning, observation.parameters ?? {})
  if (!read.ok) throw new Error(`the parameters do not fit ${runbook.name}: ${read.found}`)
  const seen = deepFreeze(structuredClone({ ...observation, labels, annotations, parameters: read.parameters }))
  const typed = seen as Observation<Static<Schema>, ParametersOf<Tuning>>
  return runbook.ladder.map((rung) => {
    const refuse = (detail: string): Error => new Error(`${runbook.name}, rung ${rung.name}: ${detail}`)
    if (rung.when !== undefined) {
      const holds: unknown = rung.when(typed)
      const wrong = explainCondition(holds)
      if (wrong !== null) throw refuse(wrong)
      if (holds === false) return { rung: rung.name, skipped: true, actions: [] }
    }
    const planned: unknown = rung.plan(typed)
    const waiting = explainPromise(planned)
    if (waiting !== null) throw refuse(waiting)
    const validated = validateActions(structuredClone(planned), seen.target)
    if (!validated.ok) throw refuse(validated.detail)
    return { rung: rung.name, skipped: false, actions: validated.actions }
  })
}

/** The schema as plain JSON, the way the engine sees it. */
function asPlain(schema: TObject): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(schema))
}
