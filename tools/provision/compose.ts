import { join } from 'node:path'
import { findCommand, partFolder } from '../parts.mjs'
import { CommandError, runCommand } from './command.ts'
import { unpackFirstThatRuns } from './first-that-runs.ts'
import { ensurePart } from './part.ts'

const plugin = 'usr/libexec/docker/cli-plugins/docker-compose'

/** Returns a Docker Compose v2 binary, which works by itself: `docker-compose --project-name x up`. */
export async function ensureCompose(): Promise<string> {
  const { folder } = await ensurePart('compose', (draft) =>
    unpackFirstThatRuns(draft, plugin, [{ suite: 'trixie', packages: ['docker-compose'] }]),
  )
  return join(folder, plugin)
}

/** Returns a docker command line client: the one on PATH if it runs, else an unpacked one. */
export async function ensureDockerCli(): Promise<string> {
  const installed = findCommand('docker')
  if (installed !== undefined && (await answers(installed))) return installed
  const { folder } = await ensurePart('docker-cli', (draft) =>
    unpackFirstThatRuns(draft, 'usr/bin/docker', [{ suite: 'trixie', packages: ['docker-cli'] }]),
  )
  return join(folder, 'usr/bin/docker')
}

/**
 * The folder to name in `DOCKER_CONFIG` so that `docker compose` finds our Compose: it has the plugin in `cli-plugins`.
 */
export function composePluginFolder(): string {
  return join(partFolder('compose'), 'usr/libexec/docker')
}

async function answers(docker: string): Promise<boolean> {
  try {
    await runCommand(docker, ['--version'], { timeoutMs: 10_000 })
    return true
  } catch (error) {
    if (error instanceof CommandError) return false
    throw error
  }
}
