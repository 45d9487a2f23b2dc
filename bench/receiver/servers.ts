/** The three servers that are compared. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ServerProcess, startServer } from './server-process.ts'

const expressServer = fileURLToPath(new URL('express-server.ts', import.meta.url))
const selfheal = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Express that answers directly, or from `setImmediate`. */
export function startExpress(folder: string, kind: 'direct' | 'deferred'): Promise<ServerProcess> {
  const name = kind === 'direct' ? 'express' : 'express, deferred'
  const args = kind === 'direct' ? [] : ['--deferred']
  return startServer({ name, status: 200, entry: expressServer, args, folder: join(folder, `express-${kind}`) })
}

/** `selfheal serve` as it is, with its storage in `folder` and a Docker engine at `dockerHost`. */
export function startSelfheal(folder: string, config: Readonly<Record<string, unknown>>): Promise<ServerProcess> {
  const own = join(folder, 'selfheal')
  mkdirSync(own, { recursive: true })
  const file = join(own, 'selfheal.yml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config))
  const args = [
    'serve',
    `--config.file=${file}`,
    `--storage.path=${join(own, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]
  return startServer({ name: 'selfheal', status: 202, entry: selfheal, args, folder: own })
}
