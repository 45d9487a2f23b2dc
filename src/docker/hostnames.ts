/** Under which names other containers reach a container. */
import type { Inspection } from './inspection.ts'
import { SERVICE_LABEL } from './lineage.ts'

/**
 * Host name, container name, aliases in every network, and Compose's service name; each once. The host name of a container in
 * the host's own network is the machine's and does not name the container.
 */
export function hostnamesOf({ hostname, name, attachments, labels, networkMode }: Inspection): readonly string[] {
  const aliases = attachments.flatMap((attachment) => attachment.aliases)
  const ownHostname = networkMode === 'host' ? '' : hostname
  return [...new Set([ownHostname, name, ...aliases, labels[SERVICE_LABEL] ?? ''])].filter((one) => one !== '')
}
