/** Folders of runbooks for tests, outside of the package, and the texts of runbooks that go into them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { anObservation } from '../../../src/authoring/testing.ts'
import { type HostOptions, loadRunbooks, type RunbookHost } from '../../../src/runbook/host.ts'

/** Registers what is done afterwards: vitest's `onTestFinished` or `afterAll`. */
type Afterwards = (cleanUp: () => void) => void

/** A new folder with the given files; removed when the test has finished, or after all of them. */
export function aFolder(files: Readonly<Record<string, string>>, afterwards: Afterwards = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbooks-'))
  afterwards(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) write(folder, name, text)
  return folder
}

/** Writes one file into a folder. */
export function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** A host over one folder, stopped when the test has finished. Its deadlines are generous but for tests that wait for them. */
export async function aHost(folder: string, options: Partial<HostOptions> = {}): Promise<RunbookHost> {
  const host = await loadRunbooks({ folders: [folder], deadlineMs: 10_000, ...options })
  onTestFinished(() => host.stop())
  return host
}

/** An observation that satisfies the contract of `aRunbook`. */
export const seen = anObservation({ labels: { alertname: 'Down', service: 'web' } })

/** What `aRunbook` plans for `seen`. */
export const restarted = {
  kind: 'actions',
  actions: [
    {
      kind: 'restart',
      target: 'local/shop/web',
      strategy: 'rolling',
      containers: [{ id: 'id-of-web-1', name: 'web-1', ifStartedAt: '2026-01-01T00:00:00Z' }],
    },
  ],
}

/** Parts of the text of a runbook. */
export type RunbookText = {
  readonly name?: string
  readonly before?: string
  readonly labels?: string
  readonly match?: string
  readonly limits?: string
  readonly when?: string
  readonly plan?: string
  readonly verify?: string
  readonly within?: string
  readonly ladder?: string
  readonly summary?: string
  readonly more?: string
}

/** The text of a valid runbook, with parts replaced. */
export function aRunbook(text: RunbookText = {}): string {
  const rung = `{
      name: 'restart',
      risk: 'low',
      ${text.when === undefined ? '' : `when: ${text.when},`}
      plan: ${text.plan ?? '({ target }) => [restart(target)]'},
      verify: ${text.verify ?? '[running()]'},
      within: ${text.within ?? "'60s'"},
      stableFor: '30s',
    }`
  return `import { defineRunbook, probe, query, restart, running, start, Type } from 'selfheal'
${text.before ?? ''}
export default defineRunbook({
  name: '${text.name ?? 'one'}',
  urgency: 'down',
  summary: 'The summary of ${text.name ?? 'one'}',
  meaning: 'm',
  impact: 'i',
  mitigation: 'm',
  match: ${text.match ?? '[\'symptom="down"\']'},
  labels: ${text.labels ?? "Type.Object({ service: Type.String({ pattern: '^[a-z]+$' }) })"},
  ${text.limits === undefined ? '' : `limits: ${text.limits},`}
  ladder: ${text.ladder ?? `[\n    ${rung},\n  ]`},
  escalate: { severity: 'critical', summary: ${text.summary ?? "({ labels }) => 'told of ' + labels.service"} },
  ${text.more ?? ''}
})
`
}
