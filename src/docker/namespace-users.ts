/** Which containers are bound to another one, not to its name: they break when that one is replaced. */
import type { Inspection } from './inspection.ts'

type Owner = Pick<Inspection, 'id' | 'name'>

/**
 * The containers, running or not, that share the network, process or inter-process namespace that `owner` provides, or that one
 * of Docker's old links leads to it: such a link follows the old container to its other name, and ends with it.
 */
export function findNamespaceUsers(owner: Owner, all: readonly Inspection[]): readonly Inspection[] {
  return all.filter(({ id, networkMode, pidMode, ipcMode, links }) => {
    if (id === owner.id) return false
    return [networkMode, pidMode, ipcMode].some((mode) => refersTo(mode, owner)) || links.includes(owner.name)
  })
}

function refersTo(mode: string, { id, name }: Owner): boolean {
  const reference = /^container:\/?(.+)$/.exec(mode)?.[1]
  if (reference === undefined) return false
  return reference === name || (reference.length >= 12 && id.startsWith(reference))
}
