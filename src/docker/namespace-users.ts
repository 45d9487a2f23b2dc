/** Which containers live in a namespace of another one: they break when that one is replaced. */
import type { Inspection } from './inspection.ts'

type Owner = Pick<Inspection, 'id' | 'name'>

/** The containers that share the network, process or inter-process namespace that `owner` provides, running or not. */
export function findNamespaceUsers(owner: Owner, all: readonly Inspection[]): readonly Inspection[] {
  return all.filter(({ id, networkMode, pidMode, ipcMode }) => {
    if (id === owner.id) return false
    return [networkMode, pidMode, ipcMode].some((mode) => refersTo(mode, owner))
  })
}

function refersTo(mode: string, { id, name }: Owner): boolean {
  const reference = /^container:\/?(.+)$/.exec(mode)?.[1]
  if (reference === undefined) return false
  return reference === name || (reference.length >= 12 && id.startsWith(reference))
}
