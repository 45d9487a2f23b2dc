import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { rootFolder } from '../parts.mjs'
import { runToEnd } from './run-to-end.ts'

/** How one check ended. */
export interface CheckOutcome {
  readonly name: string
  readonly passed: boolean
}

/** Runs Biome, the compiler, and the type tests where there are any, one after the other; all of them, whatever fails. */
export async function runChecks(): Promise<CheckOutcome[]> {
  const steps = [
    { name: 'biome', script: '@biomejs/biome/bin/biome', args: ['check', '.'] },
    { name: 'tsc', script: 'typescript/bin/tsc', args: ['--noEmit'] },
    ...(hasTypeTests() ? [{ name: 'test/types', script: 'typescript/bin/tsc', args: ['-p', 'test/types'] }] : []),
  ]
  const outcomes: CheckOutcome[] = []
  for (const { name, script, args } of steps) {
    process.stderr.write(`\n${name}\n`)
    const code = await runToEnd(process.execPath, [join(rootFolder, 'node_modules', script), ...args])
    outcomes.push({ name, passed: code === 0 })
  }
  return outcomes
}

function hasTypeTests(): boolean {
  try {
    return readdirSync(join(rootFolder, 'test', 'types')).includes('tsconfig.json')
  } catch {
    return false
  }
}
