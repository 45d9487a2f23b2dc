/** Faults and warnings that lie between values, so that no schema can say them. */

import { modes } from '../incident/record.ts'
import type { ConfigFile } from './schema.ts'
import type { SchemaFault } from './validate.ts'

/** Faults of a configuration that holds to its schema: names that are taken twice, credentials that cannot be sent. */
export function checkMeaning(config: ConfigFile): readonly SchemaFault[] {
  return [...checkNames(config), ...checkCredentials(config), ...checkAddresses(config)]
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
  return warnings
}

function checkNames({ escalation }: ConfigFile): readonly SchemaFault[] {
  const taken = new Set(['alertmanager'])
  return escalation.webhooks.flatMap(({ name }, index) => {
    const isTaken = taken.has(name)
    taken.add(name)
    const path = ['escalation', 'webhooks', index, 'name']
    return isTaken ? [fault(path, JSON.stringify(name), 'a name that no other receiver has')] : []
  })
}

function checkAddresses({ alertmanagers }: ConfigFile): readonly SchemaFault[] {
  const urls = alertmanagers.map(({ url }) => url.replace(/\/+$/, ''))
  return urls.flatMap((url, index) =>
    urls.indexOf(url) < index
      ? [fault(['alertmanagers', index, 'url'], 'the same address again', 'one entry for each member')]
      : [],
  )
}

/** What does not fit into a header would make every request fail. */
function checkCredentials(config: ConfigFile): readonly SchemaFault[] {
  const endpoints = [
    ...(config.prometheus === undefined ? [] : [{ path: ['prometheus'], endpoint: config.prometheus }]),
    ...config.alertmanagers.map((endpoint, index) => ({ path: ['alertmanagers', index], endpoint })),
    ...config.escalation.webhooks.map((endpoint, index) => ({ path: ['escalation', 'webhooks', index], endpoint })),
  ]
  return endpoints.flatMap(({ path, endpoint: { bearer_token, basic_auth } }) => {
    const faults: SchemaFault[] = []
    if (bearer_token !== undefined && !/^[\x21-\x7e]+$/.test(bearer_token)) {
      faults.push(fault([...path, 'bearer_token'], 'white space, control or non-ASCII characters', 'a plain token'))
    }
    if (basic_auth?.username.includes(':')) {
      faults.push(fault([...path, 'basic_auth', 'username'], 'a colon', 'a name without one'))
    }
    return faults
  })
}

function fault(path: SchemaFault['path'], found: string, expected: string): SchemaFault {
  return { path, isKey: false, found, expected }
}
