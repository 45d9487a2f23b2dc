import { createReadStream } from 'node:fs'
import { callEngine } from './engine-request.ts'

/** An image made from a packed root file system; `changes` are Dockerfile lines such as `CMD ["sh"]`. */
export interface ImageImport {
  readonly file: string
  readonly image: string
  readonly changes: readonly string[]
}

/** Makes an image of a single layer, without any registry. An image of that name is replaced. */
export async function importImage(host: string, { file, image, changes }: ImageImport): Promise<void> {
  const [repo = '', tag = 'latest'] = image.split(':')
  const query = new URLSearchParams({ fromSrc: '-', repo, tag })
  for (const change of changes) query.append('changes', change)
  const path = `/images/create?${query}`
  await callEngine({ host, method: 'POST', path, body: createReadStream(file), timeoutMs: 300_000 })
}

/** The labels of an image that the engine has, or undefined when it has none of that name. */
export async function findImageLabels(host: string, image: string): Promise<Record<string, string> | undefined> {
  try {
    const path = `/images/${encodeURIComponent(image)}/json`
    const answer = JSON.parse(await callEngine({ host, method: 'GET', path, timeoutMs: 10_000 }))
    return answer.Config?.Labels ?? {}
  } catch (error) {
    if (error instanceof Error && error.message.includes(': 404 ')) return undefined
    throw error
  }
}
