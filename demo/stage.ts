import Docker from 'dockerode'
import type { Tell } from './happening.ts'
import { buildImage } from './image.ts'
import type { Options } from './options.ts'
import { type Addresses, addressesOf, findFreePorts, portVariables } from './ports.ts'
import { lastLogs, type Project, removeProject } from './project.ts'
import { provideEngine, provideProject } from './provision.ts'
import { readyConditions, waitUntil } from './ready.ts'
import { makeSecrets, removeSecrets } from './secrets.ts'
import { type Teardown, unlessKept } from './teardown.ts'
import type { Scene } from './watch/watch.ts'

/** What the steps of setting up need from the run. */
export type Backstage = {
  readonly options: Options
  readonly tell: Tell
  /** Says what is being done, to a person. */
  readonly say: (text: string) => void
  readonly defer: Teardown['defer']
  readonly signal: AbortSignal
}

/** The demo, set up and ready for its faults. */
export type Stage = {
  readonly scene: Scene
  readonly host: string
  readonly isEngineOurs: boolean
  readonly readyMs: number
}

/** Sets everything up: engine, images, containers; resolves when every target is up, orders flow and selfheal is ready. */
export async function setStage(backstage: Backstage): Promise<Stage> {
  const { options, tell, say, defer, signal } = backstage
  const engine = await provideEngine()
  defer(unlessKept(engine.stop))
  signal.throwIfAborted()
  const ports = await findFreePorts()
  const project = await provideProject(engine.host, portVariables(ports))
  await removeProject(project) // what an earlier run kept, or could not remove
  const judgeToken = await makeSecrets(options.isHealing ? 'auto' : 'observe')
  defer(unlessKept(removeSecrets))
  signal.throwIfAborted()
  say('building the image of selfheal')
  const docker = new Docker({ socketPath: engine.host.replace(/^unix:\/\//, '') })
  await buildImage(project, docker, signal)
  defer(unlessKept(() => removeProject(project)))
  defer(unlessKept(async () => say('removing the containers, networks and volumes of the demo')))
  defer(async ({ isGood }) => {
    if (!isGood) say(await lastLogs(project))
  })
  const addresses = addressesOf(ports)
  const readyMs = await startAll(project, addresses, backstage)
  for (const condition of readyConditions(addresses, judgeToken)) await waitUntil(condition, signal)
  const scene = { project, docker, addresses, judgeToken, tell }
  return { scene, host: engine.host, isEngineOurs: engine.isOurs, readyMs }
}

/** Starts everything, selfheal last, and returns how long selfheal took from `compose up` to its first ready answer. */
async function startAll(project: Project, addresses: Addresses, { say, signal }: Backstage): Promise<number> {
  say('starting Prometheus, Alertmanager, the shop and its load')
  const services = ['shop', 'stock', 'pricing', 'reviews', 'payment']
  const others = ['prometheus', 'alertmanager', 'pager', 'load', ...services]
  await project.compose(['up', '--detach', '--no-build', ...others], { signal })
  say('starting selfheal')
  const end = new AbortController()
  const until = AbortSignal.any([signal, end.signal])
  const startedAt = performance.now()
  const isReady = async () => (await fetch(`${addresses.selfheal}/-/ready`, { signal: until })).ok
  const ready = waitUntil({ what: 'selfheal', holds: isReady }, until, 20).then(() => performance.now() - startedAt)
  const up = project.compose(['up', '--detach', '--no-build', '--no-deps', 'selfheal'], { signal: until })
  try {
    const [readyMs] = await Promise.all([ready, up])
    return readyMs
  } finally {
    end.abort()
  }
}
