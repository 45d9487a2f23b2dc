/** The name of something outside of node_modules that a command needs. */
export type PartName =
  | 'engine'
  | 'busybox'
  | 'prometheus-oldest'
  | 'prometheus-newest'
  | 'alertmanager-oldest'
  | 'alertmanager-newest'
  | 'compose'
  | 'docker-cli'
  | 'demo-images'

/** The folder of the checkout. */
export const rootFolder: string

/** Where everything that is downloaded, unpacked or built is kept. */
export const cacheFolder: string

/** What each part is, and the commands that stand for it where it is installed rather than unpacked. */
export const parts: Readonly<
  Record<PartName, { what: string; commands?: readonly string[]; insteadOf?: readonly string[] }>
>

/** The parts that `npm run COMMAND` needs. */
export const partsOf: Readonly<Record<'selfheal' | 'check' | 'test:unit' | 'test' | 'demo', readonly PartName[]>>

/** The folder of an unpacked part. */
export function partFolder(name: PartName): string

/** The full path of a command on PATH (and in the administrator's folders, which a user's PATH may lack), or undefined. */
export function findCommand(name: string): string | undefined

/** Whether a part is on this machine already. */
export function isPresent(name: PartName): boolean

/** What is missing of these parts, one sentence each. */
export function missingParts(names: readonly PartName[]): string[]
