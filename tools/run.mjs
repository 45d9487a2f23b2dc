// Runs a command of this project on the Node that it needs, whatever Node is on PATH (20 or later), and installs what is
// missing first. Everything that it says itself goes to stderr: stdout belongs to the command.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { withLock } from './lock.mjs'
import { cacheFolder, missingParts, partsOf, rootFolder } from './parts.mjs'

const modules = join(rootFolder, 'node_modules')
const stampFile = join(modules, '.installed-from')
const ownNode = join(modules, 'node', 'bin', 'node')
const wantedMajor = 24

const scripts = {
  selfheal: ['src/main.ts'],
  demo: ['demo/main.ts'],
  test: ['tools/test.ts'],
  'test:unit': ['tools/test.ts', '--tier', 'unit'],
  check: ['tools/check.ts'],
  prepack: ['tools/pack.ts', 'prepack'],
  postpack: ['tools/pack.ts', 'postpack'],
  'bench:receiver': ['bench/receiver/main.ts'],
}

const [command = '', ...rest] = process.argv.slice(2)
const script = Object.hasOwn(scripts, command) ? scripts[command] : undefined
if (script === undefined) {
  say(`usage: node tools/run.mjs ${Object.keys(scripts).join('|')} [ARGUMENTS]`)
  process.exit(2)
}

try {
  await prepare()
} catch (error) {
  say(error.message)
  process.exit(1)
}
run(nodeToUse(), [join(rootFolder, script[0]), ...script.slice(1), ...rest])

/** Installs the libraries and Node 24 unless the stamp says that both are there already. */
async function prepare() {
  if (isPrepared()) return
  if (process.env.SELFHEAL_NO_INSTALL === '1') {
    const missing = ['libraries in node_modules (npm ci), with Node 24 among them', ...missingParts(partsOf[command])]
    throw new Error(['SELFHEAL_NO_INSTALL=1 forbids to install what is missing:', ...missing].join('\n  - '))
  }
  mkdirSync(cacheFolder, { recursive: true })
  const onWait = () => say('waiting for another run that installs the libraries')
  await withLock(join(cacheFolder, 'node_modules.lock'), async () => installAll(), onWait)
}

function installAll() {
  if (isPrepared()) return
  if (!modulesMatchLock()) {
    say('installing the libraries of package-lock.json (npm ci)')
    // Without the libraries' own install steps: they would compile what is optional, or there already.
    npm(['ci', '--ignore-scripts', '--loglevel=error'], rootFolder)
  }
  if (majorOf(ownNode) < wantedMajor && existsSync(join(modules, 'node'))) {
    say(`installing Node ${wantedMajor} into node_modules`)
    // The package's own install step, which was left out above.
    call(process.execPath, ['installArchSpecificPackage.js'], join(modules, 'node'))
  }
  if (majorOf(nodeToUse()) < wantedMajor) {
    throw new Error(
      `Node ${wantedMajor} is needed, and neither node_modules/node nor this Node (${process.version}) is one`,
    )
  }
  writeFileSync(stampFile, lockHash())
}

function isPrepared() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash() && existsSync(nodeToUse())
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(rootFolder, 'package-lock.json')))
    .digest('hex')
}

/** Whether what npm recorded as installed is what the lock file says, so that a developer's own `npm install` is kept. */
function modulesMatchLock() {
  const recorded = join(modules, '.package-lock.json')
  if (!existsSync(recorded)) return false
  const installed = JSON.parse(readFileSync(recorded, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(rootFolder, 'package-lock.json'), 'utf8')).packages
  const isSame = (path) => installed[path]?.integrity === wanted[path]?.integrity && existsSync(join(rootFolder, path))
  return (
    Object.keys(installed).every((path) => path in wanted && isSame(path)) &&
    Object.keys(wanted).every((path) => path === '' || wanted[path].optional || isSame(path))
  )
}

/** Node 24 of node_modules, or the running Node where that package is absent and this one is new enough. */
function nodeToUse() {
  const isNewEnough = Number.parseInt(process.versions.node, 10) >= wantedMajor
  return !existsSync(ownNode) && isNewEnough ? process.execPath : ownNode
}

function majorOf(node) {
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return answer.status === 0 ? Number.parseInt(answer.stdout.slice(1), 10) : 0
}

function npm(args, folder) {
  call('npm', args, folder)
}

/** Runs a step of the installation to its end, with its output on stderr, on the Node outside of node_modules. */
function call(file, args, folder) {
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'))
  const env = { ...process.env, PATH: path.join(delimiter), npm_config_loglevel: 'error' }
  const outcome = spawnSync(file, args, { cwd: folder, env, stdio: ['ignore', 2, 2] })
  if (outcome.error) throw new Error(`${file} could not be run: ${outcome.error.message}`)
  if (outcome.status !== 0) throw new Error(`${file} ${args.join(' ')} failed (${outcome.signal ?? outcome.status})`)
}

/** Becomes the command as far as Node allows: same streams, its signals, its exit code. */
function run(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    // A terminal sends what a key press means to the whole group: passing it on would interrupt the command twice.
    const isFromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT')
    process.on(signal, () => isFromTerminal || child.kill(signal))
  }
  child.on('error', (error) => {
    say(`${node} could not be run: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

function say(text) {
  process.stderr.write(`${text}\n`)
}
