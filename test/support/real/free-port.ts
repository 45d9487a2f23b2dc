import { once } from 'node:events'
import { createServer } from 'node:net'

const given = new Set<number>()

/**
 * Returns a port of the loopback interface on which nothing listens now, and that was not given before: two programs that
 * start at the same time never get the same one.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  if (given.has(address.port)) return freePort()
  given.add(address.port)
  return address.port
}
