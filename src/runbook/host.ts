/**
 * The host of the runbooks: author code runs in one worker thread, values in, values out, each call within a deadline.
 *
 * - current set: what answers calls; a reload replaces it between two calls, or not at all
 * - broken:      a runbook whose author code hung or ended the thread; it stays listed and answers `broken` until a
 *                reload, while a new thread serves the others from the same sources
 */
import type { Observation, Parameters } from '../authoring/index.ts'
import { validateActions } from '../authoring/validate-actions.ts'
import { explainInvalidLabels } from '../authoring/validate-labels.ts'
import { fillParameters } from '../authoring/validate-parameters.ts'
import type { LogLine } from '../lib/log.ts'
import { redactSecrets } from '../lib/redact.ts'
import type { ParametersReading, PlanOutcome, RunbookInfo, RunbookPort } from '../remediation/ports.ts'
import { discoverRunbooks } from './discover.ts'
import type { RunbookFault } from './fault.ts'
import { type LoadedSet, loadSet } from './load-set.ts'
import type { CallRequest } from './protocol.ts'
import type { CallOutcome, Deadlines } from './thread.ts'
import { bound } from './thrown.ts'

/** Where runbooks are, and how long their code may take. Milliseconds. */
export type HostOptions = {
  readonly folders: readonly string[]
  /** For one run of `when` and `plan`, or of `summary`. */
  readonly deadlineMs: number
  /** For loading one file; default ten times `deadlineMs`. */
  readonly loadDeadlineMs?: number
  /** Receives what runbooks write to their output, and what the host does about broken ones. */
  readonly log?: LogLine
}

/** What a reload takes instead of what held before, and who else has a say in it. */
export type ReloadOptions = Partial<Pick<HostOptions, 'folders' | 'deadlineMs'>> & {
  /** Asked of the new set before it is taken; `false` refuses it. */
  readonly isUsable?: (infos: readonly RunbookInfo[]) => boolean
}

/** What a reload led to. Where the new set was not taken, `faults` says why, and the last good set stays. */
export type Reloaded = { readonly isSwapped: boolean; readonly faults: readonly RunbookFault[] }

/** The loaded runbooks, what is wrong with the others, and the life of both. */
export type RunbookHost = RunbookPort & {
  /** Of the last load or reload, and of runbooks that broke since. */
  readonly faults: readonly RunbookFault[]
  /**
   * Loads the folders again, or other ones, and swaps the sets, unless a file that was fine is not any more. Rejects only
   * when no thread can be started.
   */
  readonly reload: (changes?: ReloadOptions) => Promise<Reloaded>
  /** Ends the thread; every later call answers `broken`. */
  readonly stop: () => Promise<void>
}

const longestSummary = 1000

/** Loads all runbooks of the folders. Faults of runbooks are reported, not thrown; rejects only when no thread can be started. */
export async function loadRunbooks(options: HostOptions): Promise<RunbookHost> {
  const host = new Host(options)
  await host.load()
  return host
}

class Host implements RunbookHost {
  #options: HostOptions
  #deadlines: Deadlines
  readonly #log: LogLine
  #current: LoadedSet | null = null
  #loadFaults: readonly RunbookFault[] = []
  /** By file. */
  #broken = new Map<string, RunbookFault>()
  #isStopped = false
  #calls: Promise<unknown> = Promise.resolve()
  #reloads: Promise<unknown> = Promise.resolve()

  constructor(options: HostOptions) {
    this.#options = options
    this.#deadlines = deadlinesOf(options)
    this.#log = options.log ?? (() => {})
  }

  get faults(): readonly RunbookFault[] {
    return [...this.#loadFaults, ...this.#broken.values()]
  }

  readonly list = (): readonly RunbookInfo[] => this.#current?.infos ?? []

  readonly plan = async (runbook: string, rung: number, observation: Observation): Promise<PlanOutcome> => {
    const info = this.#find(runbook)
    if (info?.ladder[rung] === undefined) return broken(`there is no rung ${rung} of a runbook ${runbook}`)
    const invalid = explainInvalidLabels(info.labels, observation.labels)
    if (invalid !== null) return broken(`the labels break the runbook's contract: ${invalid}`)
    const outcome = await this.#ask(runbook, { part: 'plan', rung, observation: JSON.stringify(observation) })
    if (outcome.kind === 'skipped') return outcome
    if (outcome.kind !== 'value') return broken(explain(outcome, this.#deadlines))
    const validated = validateActions(JSON.parse(outcome.json), observation.target)
    return validated.ok ? { kind: 'actions', actions: validated.actions } : broken(redactSecrets(validated.detail))
  }

  readonly labelFault = (runbook: string, labels: Readonly<Record<string, string>>): string | null => {
    const contract = this.#find(runbook)?.labels
    return contract === undefined ? `runbook ${runbook} is not loaded` : explainInvalidLabels(contract, labels)
  }

  readonly readParameters = (runbook: string, given: Parameters): ParametersReading => {
    const info = this.#find(runbook)
    return info === undefined
      ? { ok: false, found: `runbook ${runbook} is not loaded` }
      : fillParameters(info.parameters, given)
  }

  readonly summarise = async (runbook: string, observation: Observation): Promise<string> => {
    const fallback = this.#find(runbook)?.summary ?? runbook
    const outcome = await this.#ask(runbook, { part: 'summary', rung: 0, observation: JSON.stringify(observation) })
    const text: unknown = outcome.kind === 'value' ? JSON.parse(outcome.json) : null
    if (typeof text === 'string' && text.trim() !== '') return bound(text.replaceAll(/\p{Cc}+/gu, ' '), longestSummary)
    this.#log({ runbook, detail: explain(outcome, this.#deadlines) }, 'runbook gave no summary')
    return fallback
  }

  readonly reload = (changes: ReloadOptions = {}): Promise<Reloaded> => {
    const result = this.#reloads.then(() => this.#reloadNow(changes))
    this.#reloads = result.catch(() => {})
    return result
  }

  readonly stop = async (): Promise<void> => {
    this.#isStopped = true
    await this.#reloads
    await this.#current?.thread.stop()
    await this.#calls
  }

  async load(): Promise<void> {
    const { set, faults } = await this.#loadFolders(this.#options)
    this.#current = set
    this.#loadFaults = faults
  }

  async #reloadNow({ isUsable = () => true, ...changes }: ReloadOptions): Promise<Reloaded> {
    const fine = this.list().filter((info) => !this.#broken.has(info.file))
    const options = { ...this.#options, ...changes }
    const { set, faults, unreadable } = await this.#loadFolders(options)
    const spoilt = new Set(set.faults.map(({ entry }) => entry))
    const isWorse = fine.some(
      ({ file }) => spoilt.has(file) || unreadable.some((folder) => file.startsWith(`${folder}/`)),
    )
    this.#loadFaults = faults
    if (isWorse || this.#isStopped || !isUsable(set.infos)) {
      await set.thread.stop()
      return { isSwapped: false, faults }
    }
    const swap = this.#calls.then(async () => {
      const old = this.#current
      this.#current = set
      this.#broken = new Map()
      this.#options = options
      this.#deadlines = deadlinesOf(options)
      await old?.thread.stop()
    })
    this.#calls = swap
    await swap
    return { isSwapped: true, faults }
  }

  async #loadFolders(options: HostOptions) {
    const found = await discoverRunbooks(options.folders)
    const deadlines = deadlinesOf(options)
    const set = await loadSet({ files: found.files, snapshot: null, deadlines, log: this.#log })
    const faults = [...found.faults, ...set.faults.map(({ fault }) => fault)]
    return { set, faults, unreadable: found.faults.map(({ file }) => file) }
  }

  #find(runbook: string): RunbookInfo | undefined {
    return this.list().find((info) => info.name === runbook)
  }

  /** Queues a call: the thread has one at a time, so that each one's deadline is its own. */
  #ask(runbook: string, request: Omit<CallRequest, 'file'>): Promise<CallOutcome> {
    const result = this.#calls.then(() => this.#askNow(runbook, request))
    this.#calls = result
    return result
  }

  async #askNow(runbook: string, request: Omit<CallRequest, 'file'>): Promise<CallOutcome> {
    const file = this.#find(runbook)?.file
    if (file === undefined) return { kind: 'threw', detail: `there is no runbook ${runbook}` }
    if (!this.#isStopped && this.#current?.thread.isAlive() === false) await this.#revive()
    const fault = this.#broken.get(file)
    if (fault !== undefined)
      return { kind: 'threw', detail: `${fault.found}; it is out of use until the runbooks are reloaded` }
    const thread = this.#current?.thread
    if (this.#isStopped || thread === undefined) return { kind: 'threw', detail: 'the runbooks are stopped' }
    const outcome = await thread.call({ ...request, file })
    if ((outcome.kind === 'hung' || outcome.kind === 'died') && !this.#isStopped)
      this.#markBroken(file, `${request.part} ${explain(outcome, this.#deadlines)}`)
    return outcome
  }

  #markBroken(file: string, found: string): void {
    this.#broken.set(file, { file, found, expected: 'a pure function that looks at its argument and returns' })
    this.#log({ file, found }, 'runbook is broken')
  }

  /** Starts a new thread with the same sources, without what is broken. */
  async #revive(): Promise<void> {
    const last = this.#current
    if (last === null) return
    const files = last.infos.map((info) => info.file).filter((file) => !this.#broken.has(file))
    try {
      const { deadlines, log } = { deadlines: this.#deadlines, log: this.#log }
      const next = await loadSet({ files, snapshot: last.snapshot, deadlines, log })
      for (const { entry, fault } of next.faults) this.#markBroken(entry, fault.found)
      this.#current = { ...last, thread: next.thread }
      if (this.#isStopped) await next.thread.stop()
    } catch (error) {
      this.#log({ detail: error instanceof Error ? error.message : String(error) }, 'no thread for runbooks')
    }
  }
}

const deadlinesOf = ({ deadlineMs, loadDeadlineMs }: HostOptions): Deadlines => ({
  callMs: deadlineMs,
  loadMs: loadDeadlineMs ?? 10 * deadlineMs,
})

const broken = (detail: string): PlanOutcome => ({ kind: 'broken', detail: bound(detail, 1000) })

function explain(outcome: CallOutcome, deadlines: Deadlines): string {
  switch (outcome.kind) {
    case 'hung':
      return `did not return within ${deadlines.callMs} ms`
    case 'died':
    case 'threw':
      return outcome.detail
    case 'skipped':
    case 'value':
      return 'answered something else'
  }
}
