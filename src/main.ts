#!/usr/bin/env node
/** Entry: arguments to a command, and its end to an exit code. */
import { CommanderError } from 'commander'
import { CommandFailed, exitCode } from './cli/exit-code.ts'
import { say } from './cli/output.ts'
import { createProgram } from './cli/program.ts'

const run = async (): Promise<number> => {
  try {
    await createProgram(process.env).parseAsync()
    return exitCode.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
    if (!(error instanceof CommandFailed)) throw error
    if (error.message !== '') say(error.message)
    return error.code
  }
}

process.exitCode = await run()
