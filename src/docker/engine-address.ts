/** Where a Docker engine listens. */

/** A unix socket, or a TCP port without TLS. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly hostname: string; readonly port: number }

const DEFAULT_TCP_PORT = 2375

/** Reads `unix:///path` or `tcp://host:port` (port 2375 where none is given); throws an `Error` that says what is expected. */
export function parseEngineAddress(host: string): EngineAddress {
  if (host.startsWith('unix://') && host.length > 'unix://'.length) return { kind: 'unix', path: host.slice(7) }
  if (host.startsWith('tcp://') && URL.canParse(host)) {
    const url = new URL(host)
    const port = url.port === '' ? DEFAULT_TCP_PORT : Number(url.port)
    if (url.hostname !== '' && ['', '/'].includes(url.pathname)) return { kind: 'tcp', hostname: url.hostname, port }
  }
  throw new Error('the address of the Docker engine must be unix:///path/to/docker.sock or tcp://host:port')
}

/** The address as a person writes it; holds no credentials. */
export function describeEngineAddress(address: EngineAddress): string {
  return address.kind === 'unix' ? `unix://${address.path}` : `tcp://${address.hostname}:${address.port}`
}
