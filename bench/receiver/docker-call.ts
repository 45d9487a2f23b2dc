/** From the 202 to the Docker call: one alert after the other about a container that has died. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FakeDaemon } from '../../test/support/fake-docker-daemon.ts'
import { runClient } from './connection.ts'
import { alertOf, bodyOf, requestOf } from './notifications.ts'
import { startSelfheal } from './servers.ts'

const project = 'shop'

const createService = ({ engine }: FakeDaemon, service: string) => {
  const labels = {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'selfheal.enable': 'true',
  }
  const container = engine.create({ name: `${project}-${service}-1`, labels })
  engine.start(container)
  return container
}

const alertFor = (service: string) => ({
  ...alertOf(service, {
    symptom: 'down',
    container_label_com_docker_compose_project: project,
    container_label_com_docker_compose_service: service,
  }),
  startsAt: new Date().toISOString(),
})

/** The container dies and its alert is posted; resolves with the milliseconds from the 202 to `POST /containers/ID/start`. */
async function measure(daemon: FakeDaemon, port: number, service: string): Promise<number> {
  const container = daemon.engine.find(`${project}-${service}-1`)
  daemon.engine.end(container, 1)
  // The event of the death arrives first, as it does with a real engine, whose alert takes longer.
  await delay(20)
  const calledAt = daemon.nextCall('start').then(() => performance.now())
  const requests = [requestOf(bodyOf([alertFor(service)]), port)]
  let acceptedAt = Number.NaN
  await runClient({
    port,
    next: () => requests.shift() ?? null,
    answered: (status) => {
      if (status !== 202) throw new Error(`the server answered ${status} instead of 202`)
      acceptedAt = performance.now()
    },
  })
  return (await calledAt) - acceptedAt
}

/** Milliseconds from the 202 to the call, for `count` services of one engine, one after the other; the first ones are left out. */
export async function measureDockerCalls(
  folder: string,
  daemon: FakeDaemon,
  { count, warmup }: { readonly count: number; readonly warmup: number },
): Promise<readonly number[]> {
  const services = Array.from({ length: warmup + count }, (_, index) => `service-${index}`)
  for (const service of services) createService(daemon, service)
  await using server = await startSelfheal(folder, { mode: 'auto', docker: { host: daemon.host } })
  const times: number[] = []
  for (const service of services) times.push(await measure(daemon, server.port, service))
  return times.slice(warmup)
}
