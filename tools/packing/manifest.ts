import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Fields of package.json that hold for the package as well. */
const kept = ['name', 'version', 'private', 'description', 'license', 'type', 'dependencies'] as const

/** What a user copies from, and what a package has to carry, beside the build. */
const copied = ['docs', 'rules', 'prometheus', 'LICENSE', 'README.md', 'CHANGELOG.md']

type Manifest = Readonly<Record<string, unknown>>

const entry = (path: string) => ({ types: `./dist/src/${path}.d.ts`, default: `./dist/src/${path}.js` })

/** The package's package.json: JavaScript and types in place of the sources, and the Node that is tested. */
function manifestOf(own: Manifest): Manifest {
  return {
    ...Object.fromEntries(kept.filter((field) => own[field] !== undefined).map((field) => [field, own[field]])),
    engines: { node: '>=24' },
    exports: {
      '.': entry('authoring/index'),
      './testing': entry('testing/index'),
      './package.json': './package.json',
    },
    bin: { selfheal: 'dist/src/main.js' },
    files: ['dist', ...copied],
    // npm may look for it here: this file is in place when it is done.
    scripts: { postpack: 'node tools/run.mjs postpack' },
  }
}

/** Puts the package's package.json in the place of the clone's, which is kept at `aside`. */
export function writeManifest({ manifest, aside }: { readonly manifest: string; readonly aside: string }): void {
  const text = readFileSync(manifest, 'utf8')
  const own: Manifest = JSON.parse(text)
  mkdirSync(dirname(aside), { recursive: true })
  renameSync(manifest, aside)
  writeFileSync(manifest, `${JSON.stringify(manifestOf(own), null, 2)}\n`)
}
