import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Age } from '../../../tools/provision/version.ts'
import { ownFolder } from './own-folder.ts'
import { realWorld } from './world.ts'

/** Alertmanager's own tool, of one version, with the features that it is started with. */
export interface Amtool {
  /** Which of the configurations it accepts, in their order. Asks for all of them at once. */
  accepts(configs: readonly object[]): Promise<readonly boolean[]>
  /** Holds one configuration for many questions. */
  route(config: object): Promise<RoutingTest>
}

/** Answers, for a set of labels, the receivers that it is routed to, in order. */
export type RoutingTest = (labels: Readonly<Record<string, string>>) => Promise<readonly string[]>

/** The amtool beside the real Alertmanager of a version; `feature` is what `--enable-feature` names. */
export async function startAmtool(version: Age, feature?: string): Promise<Amtool> {
  const folder = await ownFolder('amtool')
  let count = 0
  const flags = feature === undefined ? [] : [`--enable-feature=${feature}`]
  const run = (args: readonly string[], cwd: string) => runTool(realWorld().alertmanager[version].amtool, args, cwd)
  const write = async (configs: readonly object[]): Promise<string> => {
    count += 1
    const own = join(folder, String(count))
    await mkdir(own)
    await Promise.all(configs.map((config, index) => writeFile(join(own, `${index}.yml`), writeAscii(config))))
    return own
  }
  return {
    accepts: async (configs) => {
      const own = await write(configs)
      const output = await run([...flags, 'check-config', ...configs.map((_, index) => `${index}.yml`)], own)
      const verdicts = new Map<number, boolean>()
      // Warnings may stand between a name and its verdict.
      for (const part of output.stdout.split("Checking '").slice(1)) {
        verdicts.set(Number.parseInt(part, 10), / {2}SUCCESS\n/.test(part))
      }
      return configs.map((_, index) => {
        const verdict = verdicts.get(index)
        if (verdict === undefined) throw new Error(`amtool did not say anything about configuration ${index}`)
        return verdict
      })
    },
    route: async (config) => {
      const own = await write([config])
      return async (labels) => {
        const pairs = Object.entries(labels).map(([name, value]) => `${writeName(name)}=${quote(value)}`)
        const { stdout, stderr } = await run(
          [...flags, 'config', 'routes', 'test', '--config.file=0.yml', ...pairs],
          own,
        )
        if (!stdout.endsWith('\n')) throw new Error(`amtool failed: ${stderr.slice(-1000)}`)
        // Warnings may come first.
        return (stdout.trimEnd().split('\n').at(-1) ?? '').split(',')
      }
    },
  }
}

/** JSON is YAML, but what YAML takes for a line break or forbids has to be escaped. */
function writeAscii(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  )
}

function writeName(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : quote(name)
}

/** With the escapes that all of amtool's parsers agree on. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

type Output = { readonly stdout: string; readonly stderr: string }

async function runTool(file: string, args: readonly string[], cwd: string): Promise<Output> {
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()))
  return output
}
