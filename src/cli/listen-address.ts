/** `--web.listen-address`: `host:port`, `[v6]:port` or `:port`. */
import { CommandFailed, exitCode } from './exit-code.ts'

/** Where to listen; an empty host is every interface. */
export type ListenAddress = { readonly host: string; readonly port: number }

/** Reads the flag; a missing host means every interface, as in Prometheus. */
export function readListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.%a-z]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new CommandFailed(exitCode.usage, `--web.listen-address: expected host:port, found ${JSON.stringify(text)}`)
  }
  return { host: match[1] ?? match[2] ?? '', port }
}
