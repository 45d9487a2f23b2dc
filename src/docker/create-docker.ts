/** The Docker adapter: containers of one engine, observed and acted on through the Engine API. */
import type { ContainerPort, Whose } from '../remediation/ports.ts'
import { type DockerLog, silentLog } from './docker-log.ts'
import { parseEngineAddress } from './engine-address.ts'
import { createEngineClient } from './engine-client.ts'
import { type Backoff, createEventWatcher } from './event-watcher.ts'
import { createExitJournal } from './exit-journal.ts'
import { identify } from './lineage.ts'
import { type Machine, readMachine } from './machine.ts'
import type { OptIn } from './opt-in.ts'
import { createOwnActs, type EarlierAct } from './own-acts.ts'
import { createPerform } from './perform.ts'
import { parseProtectedAddress } from './protected-address.ts'
import { createRecovery } from './recreate-recovery.ts'
import { type Choose, createSnapshot } from './snapshot.ts'

/** What the adapter is made with. */
export type DockerOptions = {
  /** Name of the engine: the first part of every lineage. */
  readonly name: string
  /** `unix:///path` or `tcp://host:port`. */
  readonly host: string
  /** For each call; a restart may take the container's stop timeout longer. */
  readonly timeoutMs: number
  /** Whether the configuration opts a container in, by its labels. */
  readonly optIn: OptIn
  /** URLs of Prometheus, Alertmanager and receivers: what is behind them is never touched, nor what is behind `host`. */
  readonly protectedAddresses: readonly string[]
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log?: DockerLog
  /** What an earlier run of this program was doing when it ended: its stops are not a person's. */
  readonly earlierActs?: readonly EarlierAct[]
  /** The machine that this process runs on; default is to read it. */
  readonly machine?: Machine
  /** How long a re-created container must run before the old one is removed; default 1 s. */
  readonly steadyMs?: number
  /** Pauses before the event stream is opened again; default 250 ms, doubled up to 30 s. */
  readonly backoff?: Backoff
}

/** Containers of one Docker engine. `list`, `observe` and `ping` throw `AdapterError` of the system `docker`. */
export type DockerAdapter = ContainerPort & {
  /** Resolves when the engine answers. */
  readonly ping: (signal: AbortSignal) => Promise<void>
  /**
   * Begins to watch events, which tell who ended a container, and puts right what an earlier run of this program had begun to
   * replace; resolves after the first attempt at both, even a failed one.
   */
  readonly start: () => Promise<void>
  /** Ends the watching and closes every connection. */
  readonly stop: () => Promise<void>
}

/** How long the engine may take to repeat the events that it remembers. */
const REPEATED_WITHIN_MS = 250

/** Makes the adapter; nothing is connected before its first call. Throws an `Error` when `host` is no engine's address. */
export function createDocker(options: DockerOptions): DockerAdapter {
  const {
    name,
    host,
    timeoutMs,
    optIn,
    now,
    log = silentLog,
    steadyMs = 1000,
    machine = readMachine(),
    backoff,
  } = options
  const client = createEngineClient(parseEngineAddress(host), timeoutMs)
  const acts = createOwnActs(now, options.earlierActs)
  const journal = createExitJournal(acts)
  const watcher = createEventWatcher({ client, journal, now, log, ...(backoff === undefined ? {} : { backoff }) })
  const addresses = [...options.protectedAddresses, host].map(parseProtectedAddress).filter((one) => one !== null)
  const rules = { addresses, machine }
  const earlier = [...new Set((options.earlierActs ?? []).flatMap(({ containers }) => containers))]
  const recovery = createRecovery({ engine: name, client, acts, journal, timeoutMs, now, log, earlier })
  const look = createSnapshot({ engine: name, client, journal, watcher, recovery, optIn, rules, now })
  const ending = new AbortController()
  return {
    engine: name,
    list: async (signal, whose) => {
      const choose = whose === undefined ? (listed: Listed) => listed : chooseByLineage(name, whose)
      return (await look(choose, signal)).map(({ container }) => container)
    },
    observe: async (lineage, signal) => {
      const wanted = new Set([lineage])
      return (
        await look(
          chooseByLineage(name, () => wanted),
          signal,
        )
      ).map(({ container }) => container)
    },
    perform: createPerform({ client, look, acts, recovery, timeoutMs, steadyMs }),
    ping: client.ping,
    start: async () => {
      await watcher.start()
      // A stop that an earlier run has begun may still be going on: only an event that the engine repeats tells.
      const isTold = () => earlier.some((id) => journal.killedAt(id) !== null)
      if (earlier.length > 0) await watcher.settle(isTold, REPEATED_WITHIN_MS, ending.signal)
      await recovery.run(ending.signal)
    },
    stop: async () => {
      ending.abort()
      await watcher.stop()
      client.close()
    },
  }
}

type Listed = Parameters<Choose>[0]

function chooseByLineage(engine: string, whose: Whose): Choose {
  return (listed) => {
    const named = listed.map((one) => ({ ...identify(engine, one), name: one.name }))
    const wanted = whose(named)
    return listed.filter((_, index) => wanted.has(named[index]?.lineage ?? ''))
  }
}
