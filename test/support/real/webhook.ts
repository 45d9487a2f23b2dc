import { once } from 'node:events'
import { createServer } from 'node:http'

/** A receiver of webhooks that keeps what it was sent, in order. */
export interface Webhook extends AsyncDisposable {
  readonly url: string
  readonly received: readonly unknown[]
}

/** Starts a receiver on loopback that answers 200 to every request, or the status that `answer` chooses. */
export async function startWebhook(answer: (body: unknown) => number = () => 200): Promise<Webhook> {
  const received: unknown[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const body: unknown = JSON.parse(text)
      received.push(body)
      response.writeHead(answer(body)).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}/`, received, [Symbol.asyncDispose]: close }
}
