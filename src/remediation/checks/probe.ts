/** `probe()`: an HTTP GET answers with the expected status. */
import type { ProbeCheck } from '../../authoring/index.ts'
import { parseDuration } from '../../lib/duration.ts'
import type { Container, ProbePort } from '../ports.ts'
import type { CheckResult } from './result.ts'

type Asked = { readonly check: ProbeCheck; readonly probes: ProbePort; readonly signal: AbortSignal }

const ask = async (url: string, { check, probes, signal }: Asked): Promise<CheckResult> => {
  const answer = await probes.get(url, parseDuration(check.timeout), signal)
  switch (answer.kind) {
    case 'status':
      return answer.status === check.status
        ? { result: 'recovered', detail: `${url} answered ${answer.status}` }
        : { result: 'not_recovered', detail: `${url} answered ${answer.status}, expected ${check.status}` }
    case 'no-answer':
      return { result: 'not_recovered', detail: `${url}: ${answer.detail}` }
    case 'unknown':
      return { result: 'unknown', detail: `${url}: ${answer.detail}` }
  }
}

const hostIn = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/** A replica answers when it does so at one of its addresses: which network selfheal shares with it is not known. */
const askReplica = async (container: Container, asked: Asked): Promise<CheckResult> => {
  const { name, state, addresses } = container.replica
  if (state !== 'running') return { result: 'not_recovered', detail: `${name} is ${state}` }
  const hosts = Object.values(addresses).filter((address) => address !== '')
  if (hosts.length === 0) return { result: 'unknown', detail: `${name} has no address of its own to probe` }
  const urls = hosts.map((host) => `http://${hostIn(host)}:${asked.check.port}${asked.check.path}`)
  const answers = await Promise.all(urls.map((url) => ask(url, asked)))
  const best =
    answers.find((answer) => answer.result === 'recovered') ??
    answers.find((answer) => answer.result === 'not_recovered') ??
    answers[0]
  return best ?? { result: 'unknown', detail: `${name} was not asked` }
}

/** Asks the address, or every replica at the port; with several replicas all of them must answer as expected. */
export async function evaluateProbe(containers: readonly Container[], asked: Asked): Promise<CheckResult> {
  if (asked.check.url !== undefined) return ask(asked.check.url, asked)
  if (containers.length === 0) return { result: 'not_recovered', detail: 'no container is left' }
  const answers = await Promise.all(containers.map((container) => askReplica(container, asked)))
  return (
    answers.find((answer) => answer.result === 'not_recovered') ??
    answers.find((answer) => answer.result === 'unknown') ?? {
      result: 'recovered',
      detail: answers.map((answer) => answer.detail).join('; '),
    }
  )
}
