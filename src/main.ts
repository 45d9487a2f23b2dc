#!/usr/bin/env node
/** Entry: arguments to a command, and its end to an exit code. */
import { runCommand } from './cli/run-command.ts'

// Whoever reads the result may have read enough: `selfheal incidents | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCommand(process.argv.slice(2), process.env)
