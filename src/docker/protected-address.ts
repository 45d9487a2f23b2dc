/** Addresses whose containers are never touched, and how a container is recognised behind one. */
import { isIP } from 'node:net'
import { hostnamesOf } from './hostnames.ts'
import type { Inspection } from './inspection.ts'

/** One address behind which a container is protected. */
export type ProtectedAddress = {
  /** Lower case, IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'tcp:': 2375 }
/** Names by which a container reaches the machine that it runs on. */
const MACHINE_NAMES = ['localhost', 'host.docker.internal', 'gateway.docker.internal', '0.0.0.0', '::', '::1']

/** Reads a URL; `null` for what names no host, as a socket's path. */
export function parseProtectedAddress(url: string): ProtectedAddress | null {
  if (!URL.canParse(url)) return null
  const { hostname, port, protocol } = new URL(url)
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  return host === '' ? null : { host, port: port === '' ? (PORTS[protocol] ?? 0) : Number(port) }
}

/** The address for a person: neither credentials nor a path, which may be a secret. */
export function describeProtectedAddress({ host, port }: ProtectedAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether the host is the machine that the containers run on. `machineNames` are the names and addresses of that machine. */
export function isMachine(host: string, machineNames: readonly string[]): boolean {
  if (MACHINE_NAMES.includes(host) || machineNames.includes(host)) return true
  return host.endsWith('.localhost') || (isIP(host) === 4 && host.startsWith('127.'))
}

/**
 * Whether the container answers at the address: under one of its names or addresses, whatever the port, or by publishing the
 * port on the machine. A container in the host's own network counts when it exposes the port.
 */
export function isBehind(container: Inspection, { host, port }: ProtectedAddress, isOnMachine: boolean): boolean {
  if (namesOf(container).includes(host)) return true
  if (container.published.some((one) => one.port === port && (isOnMachine || one.hostIp === host))) return true
  return isOnMachine && container.networkMode === 'host' && container.exposed.includes(port)
}

/** Docker's DNS also answers `name.network`. */
function namesOf(container: Inspection): readonly string[] {
  const names = hostnamesOf(container).map((name) => name.toLowerCase())
  const networks = container.attachments.map(({ network }) => network.toLowerCase())
  const addresses = container.attachments.flatMap(({ address, fixedAddress }) => [address, fixedAddress])
  const dotted = names.flatMap((name) => networks.map((network) => `${name}.${network}`))
  return [...names, ...dotted, ...addresses.filter((address) => address !== '').map((address) => address.toLowerCase())]
}
