import { randomBytes, randomInt } from 'node:crypto'
import { engine } from '../real/engine.ts'

/** A network of a test's own, in which containers keep the address that they are given. */
export interface Network extends AsyncDisposable {
  readonly name: string
  /** The `number`-th address of it, from 2 on. */
  readonly address: (number: number) => string
}

/** Creates a network; it goes with the test, after its containers: `await using` it before them. */
export async function createNetwork(): Promise<Network> {
  const name = `test-${randomBytes(4).toString('hex')}`
  const prefix = `10.${randomInt(200, 250)}.${randomInt(1, 255)}`
  const network = await engine().createNetwork({ Name: name, IPAM: { Config: [{ Subnet: `${prefix}.0/24` }] } })
  return {
    name,
    address: (number) => `${prefix}.${number}`,
    [Symbol.asyncDispose]: () => network.remove(),
  }
}

/** The part of a container's specification that puts it there. */
export function at({ name, address }: Network, number: number) {
  return {
    hostConfig: { NetworkMode: name },
    create: { NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: address(number) } } } } },
  }
}
