import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { ensureBusybox } from './busybox.ts'
import { runCommand } from './command.ts'

/** What an engine on the host's own network changes there, as it was before. */
export interface HostNetwork {
  readonly interfaces: readonly string[]
  readonly forwarding: string
  /** The default policy of the chain FORWARD. */
  readonly forwardPolicy: string
  /** Whether the packet filter had chains of Docker already: those are another engine's then, and stay. */
  readonly hadDockerChains: boolean
}

const forwardingFile = '/proc/sys/net/ipv4/ip_forward'

/** Notes what the host's network is like before an engine is started on it. */
export async function noteHostNetwork(): Promise<HostNetwork> {
  const rules = await runCommand('iptables', ['--wait', '-S'])
  return {
    interfaces: await readdir('/sys/class/net'),
    forwarding: readFileSync(forwardingFile, 'utf8').trim(),
    forwardPolicy: /^-P FORWARD (\w+)$/m.exec(rules)?.[1] ?? 'ACCEPT',
    hadDockerChains: rules.includes('-N DOCKER'),
  }
}

/** Takes back what a stopped engine left on the host's network: its bridges, chains and rules, and forwarding. */
export async function restoreHostNetwork(before: HostNetwork): Promise<void> {
  if (before.hadDockerChains) return
  const busybox = await ensureBusybox()
  for (const name of await readdir('/sys/class/net')) {
    const isDockers = name === 'docker0' || /^br-[0-9a-f]{12}$/.test(name)
    if (isDockers && !before.interfaces.includes(name)) await runCommand(busybox, ['ip', 'link', 'delete', name])
  }
  for (const table of ['filter', 'nat', 'raw']) await removeDockerRules(table)
  await runCommand('iptables', ['--wait', '-P', 'FORWARD', before.forwardPolicy])
  writeFileSync(forwardingFile, `${before.forwarding}\n`)
}

async function removeDockerRules(table: string): Promise<void> {
  const iptables = (...args: string[]) => runCommand('iptables', ['--wait', '-t', table, ...args])
  const lines = (await iptables('-S')).split('\n')
  const rules = lines.filter((line) => line.startsWith('-A ') && /\b(DOCKER|docker0|br-[0-9a-f]{12})\b/.test(line))
  for (const rule of rules) await iptables('-D', ...rule.slice(3).split(' '))
  const chains = lines.flatMap((line) => /^-N (DOCKER\S*)$/.exec(line)?.[1] ?? [])
  for (const chain of chains) await iptables('-F', chain)
  for (const chain of chains) await iptables('-X', chain)
}
