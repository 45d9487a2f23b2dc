/** Alertmanager's listing as a test tells it to be. */
import { computeFingerprint } from '../../src/alert/fingerprint.ts'
import { AdapterError } from '../../src/lib/adapter-error.ts'
import type { AlertsPort, AlertsView, HeldAlert } from '../../src/remediation/ports.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What a test says of an alert that is held; default: active since now, for the receiver `selfheal`. */
export type Holding = Partial<Omit<HeldAlert, 'fingerprint' | 'labels'>>

/** What the Alertmanagers hold, as a test scripts it. */
export class SimulatedAlertmanager implements AlertsPort {
  /** `down`: none answers; `part`: not every one does. */
  state: 'up' | 'part' | 'down' = 'up'
  /** Its configuration mutes routes by the time of day. */
  mutesByTime = false
  /** When it was asked, epoch milliseconds. */
  readonly asked: number[] = []
  /** How long an answer takes. */
  answerMs = 0
  readonly #clock: VirtualClock
  readonly #held = new Map<string, HeldAlert>()

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  readonly list = async (signal: AbortSignal): Promise<AlertsView> => {
    this.asked.push(this.#clock.now())
    const { state } = this
    const alerts = [...this.#held.values()]
    if (this.answerMs > 0) await this.#clock.sleep(this.answerMs, signal)
    if (state === 'down') throw new AdapterError('alertmanager', 'unreachable', 'no Alertmanager answers')
    return { alerts, isComplete: state === 'up', mayMute: this.mutesByTime }
  }

  /** Holds the alert; what is not said stays as it was. */
  hold(labels: Readonly<Record<string, string>>, holding: Holding = {}): void {
    const fingerprint = computeFingerprint(labels)
    const now = this.#clock.now()
    const usual: HeldAlert = {
      fingerprint,
      labels,
      annotations: {},
      startsAt: now,
      endsAt: now + 240_000,
      updatedAt: now,
      state: 'active',
      receivers: ['selfheal'],
    }
    this.#held.set(fingerprint, { ...(this.#held.get(fingerprint) ?? usual), ...holding })
  }

  /** Holds it no longer: it resolved, or was forgotten. */
  drop(labels: Readonly<Record<string, string>>): void {
    this.#held.delete(computeFingerprint(labels))
  }

  /** Forgets everything, as a restart does. */
  forget(): void {
    this.#held.clear()
  }
}
