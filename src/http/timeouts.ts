/** Default limits in time of connections. */
import type { Timeouts } from './ports.ts'

/**
 * A slow client is cut after a minute. Alertmanager reuses connections between the flushes of a group, hence the long
 * keep-alive: one that is shorter than the sender's makes it post into a connection that is just being closed.
 */
export const defaultTimeouts: Timeouts = {
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 75_000,
  checkMs: 1_000,
  lingerMs: 5_000,
}
