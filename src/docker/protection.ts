/** Which containers are never touched, and why. */
import type { Inspection } from './inspection.ts'
import type { ListedContainer } from './listing.ts'
import type { Machine } from './machine.ts'
import { groupByNamespace } from './network-namespace.ts'
import { asksForProtection } from './opt-in.ts'
import { describeProtectedAddress, isBehind, isMachine, type ProtectedAddress } from './protected-address.ts'

/** By what containers are protected. */
export type ProtectionRules = { readonly addresses: readonly ProtectedAddress[]; readonly machine: Machine }

/** Containers by id, with the reason in words; who is not in it is not protected. */
export type Protections = ReadonlyMap<string, string>

/** What is known of the engine's containers: all of them listed, the needed ones (and all that share their namespace) inspected. */
export type Known = { readonly listed: readonly ListedContainer[]; readonly inspected: readonly Inspection[] }

/**
 * Finds who is protected: selfheal's own container, what is behind a protected address, what is labelled so, and everything
 * that shares a network namespace with one of those.
 */
export function findProtections({ listed, inspected }: Known, rules: ProtectionRules): Protections {
  // Also the gateways of networks that none of the inspected ones is in.
  const gateways = listed.flatMap((one) => one.gateways)
  const machineNames = [...new Set([...rules.machine.names, ...gateways, ...gatewaysOf(inspected)])]
  const reasons = new Map<string, string>()
  for (const container of inspected) {
    const reason = reasonFor(container, rules, machineNames)
    if (reason !== null) reasons.set(container.id, reason)
  }
  return new Map([...sharedReasons(listed, reasons), ...reasons])
}

function reasonFor(container: Inspection, rules: ProtectionRules, machineNames: readonly string[]): string | null {
  if (rules.machine.ownContainerIds.some((id) => container.id.startsWith(id))) return 'selfheal itself runs in it'
  const address = rules.addresses.find((one) => isBehind(container, one, isMachine(one.host, machineNames)))
  if (address !== undefined) return `it is behind the configured address ${describeProtectedAddress(address)}`
  return asksForProtection(container.labels) ? 'its label selfheal.protect says so' : null
}

function sharedReasons(listed: readonly ListedContainer[], reasons: Protections): Protections {
  const shared = new Map<string, string>()
  for (const group of groupByNamespace(listed)) {
    const root = group.find(({ id }) => reasons.has(id))
    if (root === undefined) continue
    const why = `it shares its network namespace with ${root.name}, which is protected: ${reasons.get(root.id)}`
    for (const { id } of group) shared.set(id, why)
  }
  return shared
}

/** A network's gateway is an address of the machine, as containers see it. */
function gatewaysOf(inspected: readonly Inspection[]): readonly string[] {
  return inspected.flatMap(({ attachments }) => attachments.map(({ gateway }) => gateway)).filter((one) => one !== '')
}
