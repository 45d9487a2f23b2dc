/** The HTTP agent below dockerode: it closes the two gaps that dockerode leaves open in a hostile or broken answer. */
import { Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { opaque } from './opaque.ts'

/** The engine closed the connection before its answer was complete. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}

/**
 * Makes an agent with one connection per call (an engine that closes an idle connection never breaks a later call) for which
 * an answer that breaks off fails the request at once instead of never, and a redirect is an answer, never followed.
 */
export function createEngineAgent(): Agent {
  const agent = opaque(new Agent({ keepAlive: false }), 'agent')
  // Node calls `addRequest` for every request, though it does not document it. Without it the call's timeout still holds.
  const addRequest: unknown = Reflect.get(agent, 'addRequest')
  if (typeof addRequest !== 'function') return agent
  Reflect.set(agent, 'addRequest', (request: ClientRequest, ...rest: readonly unknown[]) => {
    request.prependListener('response', (answer) => watchAnswer(request, answer))
    return Reflect.apply(addRequest, agent, [request, ...rest])
  })
  return agent
}

function watchAnswer(request: ClientRequest, answer: IncomingMessage): void {
  delete answer.headers.location
  answer.once('close', () => {
    if (!answer.complete) request.emit('error', new BrokenAnswer('the connection closed in the middle of the answer'))
  })
}
