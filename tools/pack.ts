import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildPackage } from './packing/build.ts'
import { writeManifest } from './packing/manifest.ts'
import { rootFolder } from './parts.mjs'
import { say } from './provision/say.ts'

// npm pack runs `prepack` before it packs, and `postpack` afterwards. The clone runs from its TypeScript, the package from
// JavaScript, so the package's package.json stands in for the clone's while npm packs. What an interrupted run left is put
// back first.

const manifest = join(rootFolder, 'package.json')
const aside = join(rootFolder, '.cache', 'package.json.of-the-clone')

const putBack = (): void => {
  if (existsSync(aside)) renameSync(aside, manifest)
}

try {
  putBack()
  if (process.argv[2] === 'prepack') {
    say('compiling')
    await buildPackage(join(rootFolder, 'dist'))
    writeManifest({ manifest, aside })
  } else rmSync(join(rootFolder, 'dist'), { recursive: true, force: true })
} catch (error) {
  putBack()
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
