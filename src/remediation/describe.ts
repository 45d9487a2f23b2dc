/** Actions and observations in words, for timelines, accounts and people. */
import type { Action, Replica } from '../authoring/index.ts'

/** One action in words. */
export function describeAction(action: Action): string {
  const names = action.containers.map((container) => container.name).join(', ')
  switch (action.kind) {
    case 'start':
      return `start ${names}`
    case 'restart':
      return `restart ${names} (${action.strategy})`
    case 'recreate':
      return `recreate ${names}`
  }
}

/** One replica in words. */
export function describeReplica(replica: Replica): string {
  const { name, state, exitCode, oomKilled, health, image } = replica
  const end =
    state === 'exited' || state === 'dead' ? `, exit code ${exitCode}${oomKilled ? ', out of memory' : ''}` : ''
  const check = health === 'none' ? '' : `, health ${health}`
  return `${name}: ${state}${end}${check}, image ${image}`
}
