import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findCommand } from '../parts.mjs'
import { daemonsOnThisNetwork } from './daemons.ts'
import { ensureEngineInstalled } from './engine-install.ts'
import {
  type EngineRecord,
  engineFolder,
  readEngineRecords,
  runtimeFolders,
  writeEngineRecord,
} from './engine-record.ts'
import { engineAnswers } from './engine-request.ts'
import { stopAbandonedEngines, stopEngine } from './engine-stop.ts'
import { noteHostNetwork } from './host-network.ts'
import { createNetworkNamespace, insideNamespace } from './network-namespace.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { say } from './say.ts'

/** A Docker engine that we started. */
export interface Engine {
  /** Its address, as in DOCKER_HOST. */
  readonly host: string
  readonly pid: number
  /** A folder with a short path, for whatever is to go when the engine goes, also when this run is killed. */
  readonly folder: string
  /** Stops it and takes away all that it left on the machine. */
  stop(): Promise<void>
}

/** An engine that shares nothing with the host's network. */
export interface PrivateEngine extends Engine {
  /** The file of the network namespace that it, and what wants to reach its containers, lives in: `nsenter --net=FILE`. */
  readonly namespace: string
}

/**
 * Starts an engine with a socket, data, control group and network namespace of its own. Containers are reached from
 * inside that namespace; nothing in it reaches the outside. Needs root. What killed earlier runs left is cleaned up.
 */
export async function startPrivateEngine({ name }: { readonly name: string }): Promise<PrivateEngine> {
  await stopAbandonedEngines((record) => !record.keepData)
  const record = await prepare(name, { keepData: false })
  const namespace = join(record.runFolder, 'net')
  await createNetworkNamespace(namespace)
  return { ...(await start({ ...record, namespace })), namespace }
}

/**
 * Starts an engine on the host's network, for machines where none runs: builds and pulls reach the outside and published
 * ports are the host's. Its images outlive a stop, so that a later start finds them. Needs root.
 */
export async function startPlainEngine({ name }: { readonly name: string }): Promise<Engine> {
  await stopAbandonedEngines((record) => record.name === name)
  const other = daemonsOnThisNetwork().find((daemon) => daemon.name === 'dockerd')
  // A second engine on the same network takes the first one's bridge away.
  if (other)
    throw new Error(`a Docker engine runs here already (process ${other.pid}): name its address in DOCKER_HOST`)
  const record = await prepare(name, { keepData: true })
  return start({ ...record, hostNetwork: await noteHostNetwork() })
}

/** The address of the engine that the user runs (DOCKER_HOST, else the usual socket), or undefined when none answers. */
export async function findRunningEngine(): Promise<string | undefined> {
  const host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock'
  return host.startsWith('unix://') && (await engineAnswers(host)) ? host : undefined
}

async function prepare(name: string, { keepData }: { readonly keepData: boolean }): Promise<EngineRecord> {
  if (process.getuid?.() !== 0) throw new Error('root is needed to start a Docker engine')
  await ensureEngineInstalled()
  if ((await readEngineRecords()).some((record) => record.name === name)) {
    throw new Error(`the engine ${name} is in use by another run`)
  }
  const owner = identify(process.pid)
  if (!owner) throw new Error('/proc is needed to start an engine')
  const runFolder = await mkdtemp(join(tmpdir(), 'selfheal-'))
  const foundFolders = runtimeFolders.filter((folder) => existsSync(folder))
  const record = { name, owner, runFolder, cgroup: `selfheal-${name}`, foundFolders, keepData }
  await writeEngineRecord(record)
  return record
}

async function start(record: EngineRecord): Promise<Engine> {
  await writeEngineRecord(record)
  const host = `unix://${record.runFolder}/docker.sock`
  const logFile = join(record.runFolder, 'dockerd.log')
  const folder = join(record.runFolder, 'files')
  await mkdir(folder)
  const dockerd = await spawnDockerd(record, host, logFile)
  const started = { ...record, dockerd }
  await writeEngineRecord(started)
  try {
    await waitUntilReady(host, dockerd, logFile)
  } catch (error) {
    await stopEngine(started)
    throw error
  }
  return { host, pid: dockerd.pid, folder, stop: () => stopEngine(started) }
}

/** The daemon gets a mount namespace of its own too: whatever it mounts is gone when its last process is. */
async function spawnDockerd(record: EngineRecord, host: string, logFile: string): Promise<ProcessIdentity> {
  const { runFolder, namespace } = record
  const configFile = join(runFolder, 'daemon.json') // an empty one, so that the machine's own does not count
  await writeFile(configFile, '{}\n')
  const dataFolder = join(engineFolder(record.name), 'data')
  await mkdir(dataFolder, { recursive: true })
  const flags = {
    host,
    'config-file': configFile,
    'data-root': dataFolder,
    'exec-root': join(runFolder, 'exec'),
    pidfile: join(runFolder, 'dockerd.pid'),
    'cgroup-parent': `/${record.cgroup}`,
    'exec-opt': 'native.cgroupdriver=cgroupfs',
    ip6tables: 'false',
    'log-level': 'warn',
  }
  const dockerd = [
    findCommand('dockerd') ?? 'dockerd',
    ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
  ]
  const unshared = ['unshare', '--mount', '--propagation', 'slave', ...dockerd]
  const [file = '', ...args] = namespace === undefined ? unshared : insideNamespace(namespace, unshared)
  const log = openSync(logFile, 'a')
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` }
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log], env })
  closeSync(log)
  child.unref()
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  if (!identity) throw new Error(`dockerd ended at once: ${await readFile(logFile, 'utf8')}`)
  return identity
}

async function waitUntilReady(host: string, dockerd: ProcessIdentity, logFile: string): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await engineAnswers(host))) {
    if (!isAlive(dockerd) || performance.now() > deadline) {
      const log = (await readFile(logFile, 'utf8')).slice(-4000)
      throw new Error(`the Docker engine did not start${isAlive(dockerd) ? ' within a minute' : ''}:\n${log}`)
    }
    await sleep(50)
  }
  say(`a Docker engine answers at ${host}`)
}
