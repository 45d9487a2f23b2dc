import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../tools/parts.mjs'

/** A folder that only we may enter, with what the containers are given as files. */
export const secretsFolder = join(cacheFolder, 'demo')

/** Makes new tokens for Alertmanager and the judge, and selfheal's configuration with that mode; returns the judge's token. */
export async function makeSecrets(mode: 'auto' | 'observe'): Promise<string> {
  await removeSecrets()
  await mkdir(secretsFolder, { recursive: true })
  await chmod(secretsFolder, 0o700)
  const tokens = { alertmanager: makeToken(), judge: makeToken() }
  const lines = [`alertmanager:send:${sha256(tokens.alertmanager)}`, `judge:read:${sha256(tokens.judge)}`]
  const shipped = await readFile(join(import.meta.dirname, 'selfheal.yml'), 'utf8')
  // Readable for the users in the containers, each of which sees one file only; the folder keeps others out.
  await writeSecret('alertmanager-token', `${tokens.alertmanager}\n`)
  await writeSecret('judge-token', `${tokens.judge}\n`)
  await writeSecret('selfheal-tokens', `${lines.join('\n')}\n`)
  await writeSecret('selfheal.yml', shipped.replace(/^mode: .*$/m, `mode: ${mode}`))
  return tokens.judge
}

/** Removes the folder with everything in it. */
export async function removeSecrets(): Promise<void> {
  await rm(secretsFolder, { recursive: true, force: true })
}

async function writeSecret(name: string, text: string): Promise<void> {
  await writeFile(join(secretsFolder, name), text)
  await chmod(join(secretsFolder, name), 0o644) // whatever the umask is
}

function makeToken(): string {
  return randomBytes(24).toString('base64url')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
