/** The version of a Docker engine, for people to read. */
import { request } from 'node:http'
import { partAt } from '../../config/part.ts'
import { parseEngineAddress } from '../../docker/engine-address.ts'

const longestAnswer = 64 * 1024

/** Asks the engine at `unix:///path` or `tcp://host:port`; `unknown` where it does not say. */
export async function readEngineVersion(host: string, signal: AbortSignal): Promise<string> {
  const address = parseEngineAddress(host)
  const where = address.kind === 'unix' ? { socketPath: address.path } : { host: address.hostname, port: address.port }
  const text = await new Promise<string>((resolve) => {
    const asked = request({ ...where, path: '/version', signal }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        body += part
        if (body.length > longestAnswer) asked.destroy()
      })
      answer.once('end', () => resolve(body))
    })
    asked.once('close', () => resolve(''))
    asked.once('error', () => resolve(''))
    asked.end()
  })
  try {
    const version = partAt(JSON.parse(text), ['Version'])
    return typeof version === 'string' ? version : 'unknown'
  } catch {
    return 'unknown'
  }
}
