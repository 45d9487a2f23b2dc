import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// A part is something outside of node_modules that a command needs: real systems that tests and the demo run against.
// This table is plain JavaScript because tools/run.mjs reads it on a Node that cannot run TypeScript.

/** The folder of the checkout. */
export const rootFolder = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where everything that is downloaded, unpacked or built is kept. */
export const cacheFolder = join(rootFolder, '.cache')

/** What each part is, and, for a part that is installed rather than unpacked, the commands that it brings. */
export const parts = {
  engine: {
    what: 'a Docker engine (Debian packages docker.io and iptables, installed)',
    commands: ['dockerd', 'containerd', 'runc', 'iptables'],
  },
  busybox: { what: 'busybox (Debian package busybox-static, unpacked)' },
  'prometheus-oldest': { what: 'Prometheus of Debian 12, unpacked' },
  'prometheus-newest': { what: 'Prometheus of Debian sid, unpacked' },
  'alertmanager-oldest': { what: 'Alertmanager of Debian 12, unpacked' },
  'alertmanager-newest': { what: 'Alertmanager of Debian sid, unpacked' },
  compose: { what: 'Docker Compose (Debian package docker-compose, unpacked)' },
  'docker-cli': { what: 'the docker command (Debian package docker-cli, unpacked)', insteadOf: ['docker'] },
  'demo-images': { what: 'images for the demo (official ones pulled, or stand-ins built from Debian packages)' },
}

/** The parts that `npm run COMMAND` needs. */
export const partsOf = {
  selfheal: [],
  check: [],
  prepack: [],
  postpack: [],
  'test:unit': [],
  'bench:receiver': [],
  test: ['engine', 'busybox', 'prometheus-oldest', 'prometheus-newest', 'alertmanager-oldest', 'alertmanager-newest'],
  demo: ['engine', 'busybox', 'compose', 'docker-cli', 'demo-images'],
}

/** The folder of an unpacked part. */
export function partFolder(name) {
  return join(cacheFolder, 'parts', name)
}

/** The full path of a command on PATH (and in the administrator's folders, which a user's PATH may lack), or undefined. */
export function findCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** Whether a part is on this machine already. */
export function isPresent(name) {
  const { commands, insteadOf } = parts[name]
  if (commands) return commands.every(findCommand)
  return existsSync(join(partFolder(name), 'part.json')) || (insteadOf?.every(findCommand) ?? false)
}

/** What is missing of these parts, one sentence each. */
export function missingParts(names) {
  return names.filter((name) => !isPresent(name)).map((name) => parts[name].what)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
