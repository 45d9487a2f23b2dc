import { randomBytes } from 'node:crypto'
import { type ContainerSpec, type StartedContainer, startContainer } from '../real/containers.ts'
import { engine } from '../real/engine.ts'
import { eventually } from '../real/eventually.ts'

/** A container of a service that selfheal may touch, with a count of its starts. */
export interface Service extends StartedContainer {
  /** `local/PROJECT/SERVICE`. */
  readonly target: string
  /** Labels of an alert that says that it is down. */
  readonly down: Readonly<Record<string, string>>
  /** How often the engine has started it since it was created: counted from the engine's events. */
  readonly starts: () => number
  readonly isRunning: () => Promise<boolean>
  readonly startedAt: () => Promise<string>
  /** Resolves when it does not run. */
  readonly gone: () => Promise<void>
  /** Makes its process end itself, by a request. */
  readonly exitFromInside: () => Promise<void>
}

/** A web server whose `/metrics.txt` Prometheus can scrape, and that ends itself when `/cgi-bin/exit` is asked for. */
export const webServer = [
  'mkdir -p /www/cgi-bin',
  'echo "shop_up 1" > /www/metrics.txt',
  `printf '#!/bin/sh\\nkill -TERM 1\\n' > /www/cgi-bin/exit`,
  'chmod +x /www/cgi-bin/exit',
  'exec httpd -f -p 80 -h /www',
].join('; ')

/** A process that ends right after every start. */
export const endsAtOnce = 'exit 3'

/** Starts a service that is opted in; `script` is run by a shell. */
export async function startService(spec: ContainerSpec & { readonly script?: string } = {}): Promise<Service> {
  const { script = webServer, labels, service = `svc-${randomBytes(4).toString('hex')}`, isStarted, ...rest } = spec
  const created = await startContainer({
    ...rest,
    service,
    isStarted: false,
    command: ['sh', '-c', script],
    labels: { 'selfheal.enable': 'true', ...labels },
  })
  const counter = await countStarts(created.id)
  if (isStarted !== false) await created.container.start()
  return withQuestions(created, counter)
}

interface StartCounter extends AsyncDisposable {
  readonly starts: () => number
}

function withQuestions(started: StartedContainer, counter: StartCounter): Service {
  const { container, service, project } = started
  const state = async () => (await container.inspect()).State
  return {
    ...started,
    target: `local/${project}/${service}`,
    down: { alertname: 'ServiceDown', symptom: 'down', severity: 'critical', service },
    starts: counter.starts,
    isRunning: async () => (await state()).Running,
    startedAt: async () => (await state()).StartedAt,
    gone: async () => void (await eventually(`the end of ${service}`, async () => !(await state()).Running)),
    exitFromInside: async () => {
      const url = `http://${await started.address()}`
      await eventually(`${service} answers`, async () => (await fetch(url)).ok)
      // It may end before it has answered.
      await fetch(`${url}/cgi-bin/exit`).catch(() => {})
    },
    [Symbol.asyncDispose]: async () => {
      await counter[Symbol.asyncDispose]()
      await started[Symbol.asyncDispose]()
    },
  }
}

/** Listens from before the first start on: the engine itself forgets events after 256 of them. */
async function countStarts(id: string): Promise<StartCounter> {
  const ended = new AbortController()
  const filters = { type: ['container' as const], event: ['start' as const], container: [id] }
  const stream = await engine().getEvents({ filters, abortSignal: ended.signal })
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  stream.on('error', () => {}) // it is ended by us
  return {
    starts: () => text.split('\n').filter((line) => line !== '').length,
    [Symbol.asyncDispose]: async () => ended.abort(),
  }
}
