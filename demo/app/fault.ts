import { serve } from './serve.ts'

/** Where a fault is injected: this port listens inside the container only, so that no one outside can break a service. */
export const faultPort = 9999

/** Long enough for whoever injects the fault from inside the container to leave before the container ends. */
const strikeDelayMs = 300

/** Lets each named fault be injected with `POST /fault/NAME`; the answer says when it strikes (epoch milliseconds). */
export function serveFaults(faults: Readonly<Record<string, () => void>>): void {
  const routes = Object.entries(faults).map(([name, strike]) => [
    `POST /fault/${name}`,
    () => {
      setTimeout(strike, strikeDelayMs)
      return { status: 202, body: { fault: name, strikesAt: Date.now() + strikeDelayMs } }
    },
  ])
  serve({ port: faultPort, host: '127.0.0.1' }, Object.fromEntries(routes))
}
