import { callEngine } from './engine-request.ts'
import { say } from './say.ts'

/** Whether the engine can reach the registry of an image, asked once and for 10 s at most. */
export async function registryAnswers(host: string, image: string): Promise<boolean> {
  try {
    await callEngine({ host, method: 'GET', path: `/distribution/${image}/json`, timeoutMs: 10_000 })
    return true
  } catch {
    return false
  }
}

/** Has the engine pull an image; rejects when it cannot. */
export async function pullImage(host: string, image: string): Promise<void> {
  say(`pulling ${image}`)
  const [fromImage = '', tag = 'latest'] = image.split(':')
  const path = `/images/create?${new URLSearchParams({ fromImage, tag })}`
  await callEngine({ host, method: 'POST', path, timeoutMs: 900_000 })
}
