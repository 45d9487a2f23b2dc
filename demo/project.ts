import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** How one call of Compose is made. */
export type ComposeOptions = {
  /** Ends the call; the rejection is the signal's reason. */
  readonly signal?: AbortSignal
  /** Shows what Compose writes on our stderr while it runs. */
  readonly isShown?: boolean
}

/** The demo's Compose project on one engine. */
export type Project = {
  readonly name: string
  /** Runs `docker compose ARGS`; resolves to its stdout, rejects unless it exits with 0. */
  readonly compose: (args: readonly string[], options?: ComposeOptions) => Promise<string>
  /** The command with which a person reaches the project. */
  readonly command: string
}

/** Name of the project, and so the second part of every target of the demo. */
export const projectName = 'selfheal-demo'

/** Returns the project, run by the Compose binary given on the engine at `host` (as in DOCKER_HOST). */
export function openProject(binary: string, host: string, env: Readonly<Record<string, string>>): Project {
  const file = join(import.meta.dirname, 'compose.yml')
  const base = ['--project-name', projectName, '--file', file, '--progress', 'plain']
  const run = { binary, env: { ...process.env, ...env, DOCKER_HOST: host } }
  return {
    name: projectName,
    compose: (args, options = {}) => compose(run, [...base, ...args], options),
    command: `DOCKER_HOST=${host} ${binary} --project-name ${projectName}`,
  }
}

/** Removes the project's containers, networks and volumes; nothing happens where there are none. */
export async function removeProject(project: Project): Promise<void> {
  await project.compose(['down', '--volumes', '--remove-orphans', '--timeout', '2'])
}

/** The last lines that the parts of the loop logged, for a person who looks for what went wrong. */
export async function lastLogs(project: Project): Promise<string> {
  const parts = ['prometheus', 'alertmanager', 'selfheal']
  const logs = await project.compose(['logs', '--no-color', '--tail', '40', ...parts])
  return `\nThe last log lines:\n${stripVTControlCharacters(logs)}`
}

type Run = { readonly binary: string; readonly env: NodeJS.ProcessEnv }

async function compose({ binary, env }: Run, args: readonly string[], options: ComposeOptions): Promise<string> {
  options.signal?.throwIfAborted()
  // In a process group of its own: an interrupt from the terminal is ours to answer, in order.
  const child = spawn(binary, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const written = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text
    if (options.isShown) process.stderr.write(text)
  })
  const end = () => child.kill('SIGTERM')
  options.signal?.addEventListener('abort', end)
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, by) => resolve(code ?? by ?? 'unknown'))
    })
    options.signal?.throwIfAborted()
    if (status === 0) return written.stdout
    const said = (written.stderr + written.stdout).slice(-3_000).trim()
    throw new Error(`docker compose ${args.slice(6).join(' ')} failed (${status})\n${said}`)
  } finally {
    options.signal?.removeEventListener('abort', end)
  }
}
