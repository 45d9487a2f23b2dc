import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootFolder } from '../parts.mjs'
import { runCommand } from '../provision/command.ts'

/**
 * Builds what the package runs from into the folder, which is emptied first: JavaScript and declarations of the program
 * and of the shipped runbooks (Node strips no types below node_modules), with the files that the program reads. Rejects
 * with what the compiler says.
 */
export async function buildPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const compiler = join(rootFolder, 'node_modules', '.bin', 'tsc')
  await runCommand(compiler, ['-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', folder])
  cpSync(join(rootFolder, 'src/store/migrations'), join(folder, 'src/store/migrations'), { recursive: true })
  cpSync(join(rootFolder, 'rules'), join(folder, 'rules'), { recursive: true })
  // The program reads its version two folders up, as in the clone.
  const { name, version, type } = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, type })}\n`)
}
