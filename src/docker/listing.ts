/** One line of the engine's list of containers, as far as it is needed to choose what to inspect. */
import { arrayAt, asArray, asObject, isObject, looseTextAt, objectAt, ShapeError, textAt, textsOf } from './shape.ts'

/** A container as the list tells of it. */
export type ListedContainer = {
  readonly id: string
  /** Without the leading slash. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Docker's `HostConfig.NetworkMode`, for example `container:ID`. */
  readonly networkMode: string
  /** Gateways of its networks, each an address of the machine; none while it does not run. */
  readonly gateways: readonly string[]
}

const CONTAINER_ID = /^[0-9A-Za-z][0-9A-Za-z_.-]*$/

/** A container id that is safe in the path of a request; throws a `ShapeError` else. */
export function asContainerId(id: string): string {
  if (!CONTAINER_ID.test(id)) throw new ShapeError('Id', 'a container id')
  return id
}

/** Reads the answer of `GET /containers/json`. Throws a `ShapeError`. */
export function decodeListing(answer: unknown): readonly ListedContainer[] {
  return asArray(answer, 'the list of containers').map((entry) => {
    const listed = asObject(entry, 'the list of containers')
    const id = asContainerId(textAt(listed, 'Id'))
    return {
      id,
      name: ownName(arrayAt(listed, 'Names')) ?? id.slice(0, 12),
      labels: textsOf(objectAt(listed, 'Labels')),
      networkMode: looseTextAt(objectAt(listed, 'HostConfig'), 'NetworkMode'),
      gateways: Object.values(objectAt(objectAt(listed, 'NetworkSettings'), 'Networks')).flatMap(gatewayOf),
    }
  })
}

function gatewayOf(endpoint: unknown): readonly string[] {
  const gateway = isObject(endpoint) ? looseTextAt(endpoint, 'Gateway') : ''
  return gateway === '' ? [] : [gateway]
}

/** Legacy links add names such as `/other/alias`; the container's own has one slash. */
function ownName(names: readonly unknown[]): string | undefined {
  const own = names.find((name): name is string => typeof name === 'string' && /^\/[^/]+$/.test(name))
  return own?.slice(1)
}
