/** Which containers share a network namespace: to restart one of them is to break the others. */
import type { ListedContainer } from './listing.ts'

/** Groups of two and more containers that are joined by `network_mode: container:X`, in either direction and over several steps. */
export function groupByNamespace(listed: readonly ListedContainer[]): readonly (readonly ListedContainer[])[] {
  const owners = new Map(listed.map((container) => [container, ownerOf(container, listed)]))
  const groups = new Map<ListedContainer, ListedContainer[]>()
  for (const container of listed) {
    const root = rootOf(container, owners)
    groups.set(root, [...(groups.get(root) ?? []), container])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

function ownerOf(container: ListedContainer, listed: readonly ListedContainer[]): ListedContainer | undefined {
  const reference = /^container:(.+)$/.exec(container.networkMode)?.[1]
  if (reference === undefined) return undefined
  const byIdOrName = listed.find(({ id, name }) => id === reference || name === reference)
  return byIdOrName ?? listed.find(({ id }) => id.startsWith(reference))
}

function rootOf(
  container: ListedContainer,
  owners: ReadonlyMap<ListedContainer, ListedContainer | undefined>,
): ListedContainer {
  const seen = new Set([container])
  let root = container
  for (let next = owners.get(root); next !== undefined && !seen.has(next); next = owners.get(root)) {
    seen.add(next)
    root = next
  }
  return root
}
