/** One client on a connection that is kept open: a request, its answer, the next request. Built to cost little. */
import { connect, type Socket } from 'node:net'

/** What a client is told and asked. */
export type ClientOptions = {
  readonly port: number
  /** The next request, as bytes; `null` ends the client. */
  readonly next: () => Buffer | null
  /** Told of each answer: its status, and how long it took in milliseconds. */
  readonly answered: (status: number, ms: number) => void
}

const lengthHeader = 'content-length: '

/** Status and whole length in bytes of the answer that begins with `text`; `null` while its head is not complete. */
function readHead(text: string): { readonly status: number; readonly length: number } | null {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return null
  const head = text.slice(0, end + 2).toLowerCase()
  const at = head.indexOf(lengthHeader)
  if (at === -1) throw new Error(`an answer without a length: ${head}`)
  const length = Number.parseInt(head.slice(at + lengthHeader.length), 10)
  return { status: Number(head.slice(9, 12)), length: end + 4 + length }
}

/** Posts one request after the other until there is none left; resolves when the last one is answered. */
export function runClient({ port, next, answered }: ClientOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true })
    let sentAt = 0
    let text = ''
    const send = (): void => {
      const request = next()
      if (request === null) {
        resolve()
        socket.destroy()
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const head = readHead(text)
      if (head === null || text.length < head.length) return
      text = text.slice(head.length)
      answered(head.status, performance.now() - sentAt)
      send()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed the connection')))
  })
}
