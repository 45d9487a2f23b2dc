import { expect, it, onTestFinished } from 'vitest'
import { createDependencyWatch, type Dependency } from '../../../src/schedule/dependency-watch.ts'
import { recordingLog } from './recording-log.ts'

const watching = (dependencies: readonly Dependency[]) => {
  const { log, lines } = recordingLog()
  const reports: [string, boolean][] = []
  const watch = createDependencyWatch({ dependencies, log, report: (name, isUp) => void reports.push([name, isUp]) })
  onTestFinished(() => watch.stop())
  return { watch, lines, reports }
}

it('knows after the start who answers and who does not, and says so once', async () => {
  const down = async () => {
    throw new Error('connection refused')
  }
  const { watch, lines, reports } = watching([
    { name: 'docker', ping: async () => {} },
    { name: 'prometheus', ping: down },
  ])
  expect(watch.seen('docker')).toBe('unknown')
  await watch.start()
  expect([watch.seen('docker'), watch.seen('prometheus'), watch.seen('nobody')]).toEqual(['up', 'down', 'unknown'])
  expect(reports.toSorted()).toEqual([
    ['docker', true],
    ['prometheus', false],
  ])
  expect(lines).toEqual([
    { level: 'info', msg: 'dependency is up', dependency: 'docker' },
    { level: 'warn', msg: 'dependency is down', dependency: 'prometheus', err: new Error('connection refused') },
  ])
})

it('is stopped at once while somebody is asked who never answers, and says nothing of it', async () => {
  const asked = Promise.withResolvers<void>()
  const ping = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      asked.resolve()
    })
  const { watch, lines, reports } = watching([{ name: 'docker', ping }])
  const started = watch.start()
  await asked.promise
  await watch.stop()
  await started
  expect(watch.seen('docker')).toBe('unknown')
  expect([...lines, ...reports]).toEqual([])
})
