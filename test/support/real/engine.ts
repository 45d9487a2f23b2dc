import Docker from 'dockerode'
import { realWorld } from './world.ts'

/** The address of this run's Docker engine, as in DOCKER_HOST. */
export function engineHost(): string {
  return realWorld().engine.host
}

/** The path of the socket of this run's Docker engine. */
export function engineSocket(): string {
  return engineHost().replace(/^unix:\/\//, '')
}

/** A client of this run's Docker engine. */
export function engine(): Docker {
  return new Docker({ socketPath: engineSocket() })
}
