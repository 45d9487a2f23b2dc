import { spawn } from 'node:child_process'

/** How a command is run: in which folder and environment, with what on its standard input, for how long at most. */
export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  readonly timeoutMs?: number
  /** Shows the command's output on our stderr while it runs, instead of keeping it. */
  readonly isShown?: boolean
}

/** Thrown when a command could not be started or did not exit with 0; the message ends with the last it wrote. */
export class CommandError extends Error {
  readonly output: string

  constructor(message: string, output: string) {
    super(`${message}\n${output.slice(-2000).trim()}`.trim())
    this.name = 'CommandError'
    this.output = output
  }
}

/** Runs a command to its end and returns what it wrote to stdout; rejects with a CommandError unless it exited with 0. */
export async function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    stdio: options.isShown ? ['ignore', 2, 2] : ['pipe', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
  child.stdin?.on('error', () => {}).end(options.input ?? '')
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
  const name = `${file} ${args[0] ?? ''}`.trim()
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.once('error', (error) => reject(new CommandError(`${name} could not be run: ${error.message}`, '')))
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
    })
    if (status !== 0) throw new CommandError(`${name} failed (${status})`, written.stderr + written.stdout)
    return written.stdout
  } finally {
    clearTimeout(timer)
  }
}
