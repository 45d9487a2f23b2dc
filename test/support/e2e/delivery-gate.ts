import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { eventually } from '../real/eventually.ts'

/** What the gate makes of one delivery. */
export type Treatment =
  /** On to selfheal, and its answer back. */
  | { readonly kind: 'pass' }
  /** This answer, and nothing to selfheal. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** On to selfheal, whose answer never arrives. */
  | { readonly kind: 'swallow-answer' }
  /** On to selfheal with the second half of its body missing, and its answer back. */
  | { readonly kind: 'cut' }
  /** On to selfheal, and its answer back, once `until` has resolved. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }

/** One request of an Alertmanager, as it came. */
export interface Delivery {
  readonly method: string
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
  /** The status of the answer that was sent back; null while there is none, or when none was sent. */
  readonly answered: number | null
  /** The status that selfheal itself answered; null while there is none, or when it did not get to see it. */
  readonly status: number | null
}

/** Stands between Alertmanagers and selfheal, on one address per lane; keeps what passes, and can be in the way. */
export interface DeliveryGate extends AsyncDisposable {
  /** The address of a lane: a name without a slash. */
  readonly url: (lane: string) => string
  /** What came on a lane so far, in order. */
  readonly deliveries: (lane: string) => readonly Delivery[]
  /** What becomes of the next deliveries on a lane; those after the last of them pass. */
  readonly treat: (lane: string, treatments: readonly Treatment[]) => void
  /** Resolves with what came on a lane as soon as there are `count` deliveries, answered or not. */
  readonly arrived: (lane: string, count: number) => Promise<readonly Delivery[]>
  /** Resolves with the deliveries that have been answered, as soon as there are `count` of them. */
  readonly answered: (lane: string, count: number) => Promise<readonly Delivery[]>
}

type Kept = { -readonly [Key in keyof Delivery]: Delivery[Key] }
type Lane = { readonly deliveries: Kept[]; treatments: Treatment[] }

/** Opens a gate to the webhook at `target`; `null`: every delivery is answered 200. It ends with the test: `await using`. */
export async function openDeliveryGate(target: string | null): Promise<DeliveryGate> {
  const lanes = new Map<string, Lane>()
  const laneOf = (name: string): Lane => {
    const known = lanes.get(name) ?? { deliveries: [], treatments: [] }
    lanes.set(name, known)
    return known
  }
  const server = createServer((incoming, outgoing) => {
    const lane = laneOf((incoming.url ?? '').slice(1))
    carry({ lane, target, incoming, outgoing }).catch(() => outgoing.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: (lane) => `http://127.0.0.1:${port}/${lane}`,
    deliveries: (lane) => laneOf(lane).deliveries,
    treat: (lane, treatments) => {
      laneOf(lane).treatments = [...treatments]
    },
    arrived: (lane, count) =>
      waitFor(laneOf(lane), { what: `${count} deliveries on ${lane}`, count, isWanted: () => true }),
    answered: (lane, count) =>
      waitFor(laneOf(lane), {
        ...{ what: `${count} answered deliveries on ${lane}`, count },
        isWanted: ({ answered }) => answered !== null,
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Wanted {
  readonly what: string
  readonly count: number
  readonly isWanted: (delivery: Delivery) => boolean
}

async function waitFor({ deliveries }: Lane, { what, count, isWanted }: Wanted): Promise<readonly Delivery[]> {
  const look = () => {
    const found = deliveries.filter(isWanted)
    return found.length >= count && found
  }
  try {
    return await eventually(what, look, { timeoutMs: 40_000, intervalMs: 20 })
  } catch (cause) {
    const came = deliveries.map(({ status, answered, bytes }) => `${status} ${answered} ${bytes}`)
    throw new Error(`not seen: ${what}; what came: ${came.join('\n')}`, { cause })
  }
}

interface Passage {
  readonly lane: Lane
  readonly target: string | null
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

async function carry({ lane, target, incoming, outgoing }: Passage): Promise<void> {
  const usual: Treatment = { kind: 'answer', status: 200 }
  const treatment = target === null ? usual : (lane.treatments.shift() ?? { kind: 'pass' })
  const { method = '', headers } = incoming
  const bytes = await buffer(incoming)
  const kept: Kept = { method, headers, bytes, answered: null, status: null }
  lane.deliveries.push(kept)
  if (treatment.kind === 'answer') {
    outgoing.writeHead(treatment.status, treatment.headers).end()
    kept.answered = treatment.status
    return
  }
  if (target === null) throw new Error('there is nobody to pass it to')
  if (treatment.kind === 'hold') await treatment.until
  const sent = treatment.kind === 'cut' ? bytes.subarray(0, bytes.length / 2) : bytes
  const { status, type, text } = await forward(target, { method, headers, bytes: sent })
  kept.status = status
  if (treatment.kind === 'swallow-answer') return
  outgoing.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(text)
  kept.answered = status
}

async function forward(target: string, { method, headers, bytes }: Pick<Delivery, 'method' | 'headers' | 'bytes'>) {
  const { host: _, connection: __, 'content-length': ___, ...rest } = headers
  const length = method === 'GET' ? {} : { 'content-length': bytes.length }
  const upstream = request(target, { method, headers: { ...rest, ...length } })
  upstream.end(bytes)
  const [answer]: IncomingMessage[] = await once(upstream, 'response')
  if (answer === undefined) throw new Error('there was no answer')
  const text = await buffer(answer)
  return { status: answer.statusCode ?? 502, type: answer.headers['content-type'], text }
}
