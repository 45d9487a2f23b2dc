/** What the adapter needs of a logger: object first, constant phrase second, as pino has it. */
export type DockerLog = {
  readonly info: (fields: object, phrase: string) => void
  readonly warn: (fields: object, phrase: string) => void
}

/** A logger that says nothing. */
export const silentLog: DockerLog = { info: () => {}, warn: () => {} }
