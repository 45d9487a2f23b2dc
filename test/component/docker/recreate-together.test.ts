import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { DockerAdapter } from '../../../src/docker/create-docker.ts'
import { never, useDockerBench } from '../../support/fake-docker-bench.ts'

const bench = useDockerBench()
const LINEAGE = 'local/shop/web'
/** What ends a call here is no deadline. */
const PATIENT = { timeoutMs: 5000, steadyMs: 0 }
/** How long what must not happen is given to happen. */
const CHANCE_MS = 200

const everything = () => [...bench.daemon.engine.containers.values()]

describe('what others do while a container is re-created', () => {
  it('is seen whole by a look that began before the names change', async () => {
    const docker = bench.connect(PATIENT)
    const { id } = bench.run('web-1')
    const action = await bench.propose('recreate')
    const { daemon } = bench
    const [swapped, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const looking = Promise.withResolvers<ReturnType<DockerAdapter['observe']>>()
    let isLooking = false
    let renames = 0
    daemon.intercept = ({ route }) => {
      if (route === 'stop') {
        isLooking = true
        looking.resolve(docker.observe(LINEAGE, never()))
        return { kind: 'after', event: daemon.nextCall('list') }
      }
      // The list is made when nobody has the right name, where that can come about.
      if (route === 'list' && isLooking)
        return { kind: 'after', event: Promise.race([swapped.promise, sleep(CHANCE_MS)]) }
      if (route !== 'rename') return null
      renames += 1
      if (renames < 2) return null
      swapped.resolve()
      return { kind: 'after', event: looked.promise }
    }
    const outcome = docker.perform(action, never())
    const seen = await looking.promise
    looked.resolve()
    expect(seen).toMatchObject([{ replica: { id, name: 'web-1' } }])
    expect(await outcome).toMatchObject({ status: 'done' })
  })

  it('is left alone by another program that wants to re-create it at the same moment', async () => {
    const [first, second] = [bench.connect(PATIENT), bench.connect(PATIENT)]
    const old = bench.run('web-1', { restartPolicy: 'unless-stopped' })
    const action = await bench.propose('recreate')
    const { daemon } = bench
    const theOther = Promise.withResolvers<unknown>()
    const bothCreate = Promise.withResolvers<void>()
    let creations = 0
    daemon.intercept = ({ route }) => {
      // The first goes on when the second has had its answer.
      if (route === 'stop') return { kind: 'after', event: theOther.promise }
      if (route !== 'create') return null
      creations += 1
      if (creations === 1) {
        // It looks while there is nothing to be seen of the first.
        theOther.resolve(second.perform(action, never()))
        return { kind: 'after', event: bothCreate.promise }
      }
      bothCreate.resolve()
      return { kind: 'after', event: daemon.nextCall('stop') }
    }
    const outcome = await first.perform(action, never())
    expect(outcome).toMatchObject({ status: 'done' })
    expect(await theOther.promise).toEqual({ status: 'failed', detail: expect.stringContaining('nothing was done') })
    expect(everything()).toMatchObject([{ name: 'web-1', status: 'running', restartPolicy: 'unless-stopped' }])
    expect(everything()[0]?.id).not.toBe(old.id)
  })
})
