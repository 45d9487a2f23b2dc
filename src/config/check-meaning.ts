/** Faults and warnings that lie between values, so that no schema can say them. */

import { modes } from '../incident/record.ts'
import { checkMaintenance } from './check-maintenance.ts'
import type { ConfigPath } from './config-fault.ts'
import { entriesAt, partAt } from './part.ts'
import type { ConfigFile } from './schema.ts'
import { findUnreachable } from './unreachable-routes.ts'
import { type SchemaFault, showValue } from './validate.ts'

/**
 * Names that are taken twice, credentials that cannot be sent. Looks at every part that can be judged, whatever is wrong
 * with the others. `isHidden` says which values may not be shown.
 */
export function checkMeaning(config: unknown, isHidden: (path: ConfigPath) => boolean): readonly SchemaFault[] {
  return [
    ...checkNames(config, isHidden),
    ...checkCredentials(config),
    ...checkAddresses(config),
    ...checkMaintenance(config),
  ]
}

/** What is allowed but hardly meant. `written`: keys whose secrets stand in the file itself. */
export function findWarnings(config: ConfigFile, written: readonly string[]): readonly string[] {
  const warnings = written.map(
    (path) => `${path} is written in the configuration; ${path.split('.').at(-1)}_file or \${NAME} would keep it out`,
  )
  if (modes.indexOf(config.mode) > modes.indexOf(config.ceiling)) {
    warnings.push(`mode ${config.mode} is above the ceiling, so ${config.ceiling} holds`)
  }
  if (config.docker.host.startsWith('tcp://')) {
    warnings.push('docker.host is reached over TCP without encryption and authentication')
  }
  return [...warnings, ...findUnreachable(config)]
}

function checkNames(config: unknown, isHidden: (path: ConfigPath) => boolean): readonly SchemaFault[] {
  const taken = new Set(['alertmanager'])
  return entriesAt(config, ['escalation', 'webhooks']).flatMap(({ path: webhook, value }) => {
    const path = [...webhook, 'name']
    const name = partAt(value, ['name'])
    if (typeof name !== 'string') return []
    const isTaken = taken.has(name)
    taken.add(name)
    return isTaken ? [fault(path, showValue(name, isHidden(path)), 'a name that no other receiver has')] : []
  })
}

function checkAddresses(config: unknown): readonly SchemaFault[] {
  const taken = new Set<string>()
  return entriesAt(config, ['alertmanagers']).flatMap(({ path, value }) => {
    const url = partAt(value, ['url'])
    if (typeof url !== 'string') return []
    const trimmed = url.replace(/\/+$/, '')
    const isTaken = taken.has(trimmed)
    taken.add(trimmed)
    return isTaken ? [fault([...path, 'url'], 'the same address again', 'one entry for each member')] : []
  })
}

/** What does not fit into a header would make every request fail. */
function checkCredentials(config: unknown): readonly SchemaFault[] {
  const endpoints = [
    { path: ['prometheus'], value: partAt(config, ['prometheus']) },
    ...entriesAt(config, ['alertmanagers']),
    ...entriesAt(config, ['escalation', 'webhooks']),
  ]
  return endpoints.flatMap(({ path, value }) => {
    const faults: SchemaFault[] = []
    const token = partAt(value, ['bearer_token'])
    if (typeof token === 'string' && !/^[\x21-\x7e]+$/.test(token)) {
      faults.push(fault([...path, 'bearer_token'], 'white space, control or non-ASCII characters', 'a plain token'))
    }
    const username = partAt(value, ['basic_auth', 'username'])
    if (typeof username === 'string' && username.includes(':')) {
      faults.push(fault([...path, 'basic_auth', 'username'], 'a colon', 'a name without one'))
    }
    return faults
  })
}

function fault(path: SchemaFault['path'], found: string, expected: string): SchemaFault {
  return { path, isKey: false, found, expected }
}
