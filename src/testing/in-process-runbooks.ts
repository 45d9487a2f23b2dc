/** Runbooks without a worker thread: the same validation, run where the test runs. */
import type { Observation, Parameters, Runbook } from '../authoring/index.ts'
import { validateActions } from '../authoring/validate-actions.ts'
import { explainCondition, explainPromise } from '../authoring/validate-answer.ts'
import { explainInvalidLabels } from '../authoring/validate-labels.ts'
import { markFunctions } from '../authoring/validate-mark.ts'
import { fillParameters } from '../authoring/validate-parameters.ts'
import { validateRunbook } from '../authoring/validate-runbook.ts'
import { formatPath } from '../authoring/validate-shape.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { ParametersReading, PlanOutcome, RunbookInfo, RunbookPort } from '../remediation/ports.ts'

// Validating takes longer than most tests: each runbook is described once.
const described = new WeakMap<Runbook, RunbookInfo>()

const describe = (runbook: Runbook): RunbookInfo => {
  const info = described.get(runbook) ?? describeNow(runbook)
  described.set(runbook, info)
  return info
}

const describeNow = (runbook: Runbook): RunbookInfo => {
  const validated = validateRunbook(JSON.parse(JSON.stringify(runbook, markFunctions)))
  if (!validated.ok) {
    const faults = validated.faults.map(
      ({ path, found, expected }) => `${formatPath(path)}: found ${found}, expected ${expected}`,
    )
    throw new Error(`runbook ${runbook.name} would not be loaded: ${faults.join('; ')}`)
  }
  return deepFreeze({ file: `${runbook.name}.ts`, ...validated.runbook })
}

/** A runbook port over runbooks as their authors wrote them. `hung` names rungs that never answer. */
export class InProcessRunbooks implements RunbookPort {
  /** Asked before author code runs; true: it does not answer within its deadline. */
  isHanging: (runbook: string, rung: number) => boolean = () => false
  /** How often author code was run. */
  calls = 0
  #loaded: readonly { readonly info: RunbookInfo; readonly code: Runbook }[] = []

  constructor(runbooks: readonly Runbook[]) {
    this.load(runbooks)
  }

  /** Replaces what is loaded. */
  load(runbooks: readonly Runbook[]): void {
    this.#loaded = runbooks.map((code) => ({ info: describe(code), code }))
  }

  readonly list = (): readonly RunbookInfo[] => this.#loaded.map(({ info }) => info)

  readonly plan = async (name: string, index: number, observation: Observation): Promise<PlanOutcome> => {
    const rung = this.#code(name)?.ladder[index]
    if (rung === undefined) return { kind: 'broken', detail: `runbook ${name} has no rung ${index}` }
    this.calls += 1
    if (this.isHanging(name, index)) return { kind: 'broken', detail: 'no answer within 1000 ms' }
    const seen = deepFreeze(structuredClone(observation))
    try {
      if (rung.when !== undefined) {
        const holds: unknown = rung.when(seen)
        const wrong = explainCondition(holds)
        if (wrong !== null) return { kind: 'broken', detail: wrong }
        if (holds === false) return { kind: 'skipped' }
      }
      const planned: unknown = rung.plan(seen)
      const waiting = explainPromise(planned)
      if (waiting !== null) return { kind: 'broken', detail: waiting }
      const validated = validateActions(structuredClone(planned), observation.target)
      return validated.ok
        ? { kind: 'actions', actions: validated.actions }
        : { kind: 'broken', detail: validated.detail }
    } catch (error) {
      return { kind: 'broken', detail: error instanceof Error ? error.message : 'it threw what is no error' }
    }
  }

  readonly labelFault = (name: string, labels: Readonly<Record<string, string>>): string | null => {
    const info = this.list().find((candidate) => candidate.name === name)
    return info === undefined ? `runbook ${name} is not loaded` : explainInvalidLabels(info.labels, labels)
  }

  readonly readParameters = (name: string, given: Parameters): ParametersReading => {
    const info = this.list().find((candidate) => candidate.name === name)
    return info === undefined
      ? { ok: false, found: `runbook ${name} is not loaded` }
      : fillParameters(info.parameters, given)
  }

  readonly summarise = async (name: string, observation: Observation): Promise<string> => {
    const code = this.#code(name)
    try {
      return code?.escalate.summary(observation) ?? name
    } catch {
      return code?.summary ?? name
    }
  }

  #code(name: string): Runbook | undefined {
    return this.#loaded.find(({ info }) => info.name === name)?.code
  }
}
