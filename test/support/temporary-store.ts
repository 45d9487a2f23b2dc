/** Storage for tests: on disk, in a directory that is removed after the test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AlertReport } from '../../src/alert/episode.ts'
import { type Connection, openConnection } from '../../src/store/connection.ts'
import { migrate, migrationsFolder, readMigrations } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'

/** Creates an empty directory that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'selfheal-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a storage that is closed when the test is over. */
export function openTemporaryStore(path: string = temporaryFolder(), now: () => number = () => 1000): Store {
  const store = openStore({ path, now })
  onTestFinished(() => store.close())
  return store
}

/** Opens a migrated database without the rest of the storage, for tests that need its connection. */
export function openMigratedConnection(folder: string = temporaryFolder()): Connection {
  const connection = openConnection(join(folder, 'selfheal.db'))
  onTestFinished(() => connection.close())
  migrate(connection, readMigrations(migrationsFolder), () => 1000)
  return connection
}

/**
 * Counts the commits in a write-ahead log that has not been reset: frames that carry the size of the database are the
 * last of a transaction (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
 */
export function countCommits(folder: string): number {
  const log = readFileSync(join(folder, 'selfheal.db-wal'))
  const frameBytes = 24 + log.readUInt32BE(8)
  let commits = 0
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    const isOfThisLog = log.readUInt32BE(at + 8) === log.readUInt32BE(16)
    if (isOfThisLog && log.readUInt32BE(at + 4) > 0) commits += 1
  }
  return commits
}

/** A firing alert. */
export function report(fingerprint: string, changes: Partial<AlertReport> = {}): AlertReport {
  return {
    status: 'firing',
    fingerprint,
    labels: { alertname: 'ContainerDown', service: 'web' },
    annotations: { summary: 'web is down' },
    startsAt: 500,
    endsAt: null,
    ...changes,
  }
}

/** What is known of an incident when it is opened, on a target. */
export function newIncident(target: string) {
  return {
    target,
    runbook: 'container-down',
    mode: 'auto',
    severity: 'critical',
    notification: 1,
    labels: { service: 'web' },
    annotations: {},
    openedAt: 1000,
  } as const
}

/** What is known of an attempt when it is reserved. */
export function newAttempt(incident: number, target: string, reservedAt: number) {
  return {
    incident,
    target,
    runbook: 'container-down',
    rung: 0,
    rungName: 'start',
    actions: [{ kind: 'start', target, containers: [{ id: 'c1', name: 'web-1', ifStartedAt: null }] }],
    verdicts: [{ guard: 'budget', verdict: 'allow', reason: null, detail: '', until: null }],
    evidence: [{ check: 'running', before: 'web-1 exited', after: null, at: reservedAt }],
    reservedAt,
  } as const
}
