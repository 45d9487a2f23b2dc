/** How long Docker may take to stop a container. */

/** How long a stop may take whose container has no stop timeout. */
const ENDLESS_STOP_SECONDS = 600

/** Milliseconds for a container's stop timeout in seconds, which is negative where it has no end. */
export function stopMs(stopTimeoutSeconds: number): number {
  return (stopTimeoutSeconds < 0 ? ENDLESS_STOP_SECONDS : stopTimeoutSeconds) * 1000
}
