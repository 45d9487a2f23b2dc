import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { rootFolder } from '../parts.mjs'

/**
 * Runs a program in the checkout's folder with our own streams and resolves to its exit code (128 + signal when it was
 * ended by one). When `signal` aborts, the program gets SIGTERM, and SIGKILL ten seconds later.
 */
export async function runToEnd(
  file: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const { env = process.env, signal } = options
  signal?.throwIfAborted()
  const child = spawn(file, args, { cwd: rootFolder, env, stdio: 'inherit' })
  let killTimer: NodeJS.Timeout | undefined
  const end = () => {
    child.kill('SIGTERM')
    killTimer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  }
  signal?.addEventListener('abort', end)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, by) => resolve(code ?? 128 + (by === null ? 0 : constants.signals[by])))
    })
  } finally {
    clearTimeout(killTimer)
    signal?.removeEventListener('abort', end)
  }
}
