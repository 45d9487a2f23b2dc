/** The part of the reference that says what a reload does. */
import { keysThatNeedRestart } from './settings-change.ts'

const guide = `## Reloading

\`SIGHUP\`, \`POST /-/reload\` (with a token of the role \`admin\`) and a change of the configuration file read the
configuration, the token file and the folders of runbooks again. The file's folder is watched, so that an editor which
replaces the file is noticed; where the system does not tell of changes (a single file mounted into a container), they are
found within half a minute. Changed runbooks and tokens alone are read at \`SIGHUP\` and \`POST /-/reload\`.

A reload is taken as a whole or not at all: where anything is at fault (a key, a value, a secret that cannot be read, an emptied file, a
route to a runbook that does not exist, a runbook that was fine and is not any more), what was good stays in use, the log
says what is wrong, \`POST /-/reload\` answers \`not-reloaded\`, and \`selfheal_config_last_reload_successful\` is 0. The log
names the keys that changed, never their values.

Settings are read when a decision is made: what is being done goes on, the next decision is made under the new ones. Firing
alerts that nothing took are routed again, and an incident that waits is handed to the runbook that the new routes name. A
proposal that was made goes on waiting for a person.

These keys are in use from the start on; a reload that would change one of them is refused, and says that a restart is
needed: KEYS.
`

/** The section on reloading, in Markdown. */
export function writeReloadingGuide(): string {
  return guide.replace('KEYS', `${keysThatNeedRestart.map((key) => `\`${key}\``).join(', ')}`)
}
