/** From arguments to an exit code. */
import { CommanderError } from 'commander'
import { CommandFailed, type ExitCode, exitCode } from './exit-code.ts'
import { say } from './output.ts'
import { createProgram } from './program.ts'

/** Runs one command. Rejects only for a mistake of ours: every failure of a command has its exit code. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExitCode> {
  try {
    await createProgram(env).parseAsync([...args], { from: 'user' })
    return exitCode.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
    if (!(error instanceof CommandFailed)) throw error
    if (error.message !== '') say(error.message)
    return error.code
  }
}
