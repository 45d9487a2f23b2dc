/** Open connections of a server, so that closing it neither cuts an answer short nor waits for idle clients. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of one server. */
export type Connections = {
  /** From now on, a connection is closed as soon as no request is in flight on it. */
  readonly closeWhenIdle: () => void
  readonly destroyAll: () => void
}

/** Watches the connections of a server that does not listen yet. */
export function watchConnections(server: Server): Connections {
  const inFlight = new Map<Socket, number>()
  let isClosing = false

  const closeIfIdle = (socket: Socket): void => {
    if (isClosing && inFlight.get(socket) === 0) socket.destroySoon()
  }
  const add = (socket: Socket, count: number): void => {
    const before = inFlight.get(socket)
    if (before !== undefined) inFlight.set(socket, before + count)
    closeIfIdle(socket)
  }

  server.on('connection', (socket: Socket) => {
    inFlight.set(socket, 0)
    socket.once('close', () => inFlight.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    add(socket, 1)
    response.once('close', () => add(socket, -1))
  })
  return {
    closeWhenIdle: () => {
      isClosing = true
      for (const socket of inFlight.keys()) closeIfIdle(socket)
    },
    destroyAll: () => {
      for (const socket of inFlight.keys()) socket.destroy()
    },
  }
}
