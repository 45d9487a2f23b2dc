/** What this process knows of the machine that it runs on. */
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { findOwnContainerIds } from './own-container.ts'

/** The machine, as protection needs it. */
export type Machine = {
  /** Ids, or first digits of ids, of the container that this process runs in. */
  readonly ownContainerIds: readonly string[]
  /** Names and addresses of this machine, without brackets, lower case. */
  readonly names: readonly string[]
}

/** Reads the machine. Never throws: what cannot be read is not known. */
export function readMachine(): Machine {
  const texts = { mountinfo: readText('/proc/self/mountinfo'), cgroup: readText('/proc/self/cgroup') }
  const addresses = Object.values(networkInterfaces()).flatMap((cards) => (cards ?? []).map((card) => card.address))
  return {
    ownContainerIds: findOwnContainerIds({ hostname: hostname(), ...texts }),
    names: [hostname().toLowerCase(), ...addresses],
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
