/** Loads the configuration for a command, or ends it with every fault at once. */
import { formatFaults } from '../config/config-fault.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Settings } from '../config/settings.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { say } from './output.ts'

/** Answers the settings; warnings go to standard error. Throws `CommandFailed` when the configuration has faults. */
export async function loadSettings(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Settings> {
  const loaded = await loadConfig({ ...(file === undefined ? {} : { file }), env })
  if (!loaded.ok) throw new CommandFailed(exitCode.usage, formatFaults(loaded.faults))
  for (const warning of loaded.warnings) say(`warning: ${warning}`)
  return loaded.settings
}
