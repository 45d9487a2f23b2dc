/** Does what the comparison of an episode with a listing led to, within a commit. */
import type { AlertReport, Episode } from '../../alert/episode.ts'
import type { ReconcileStep } from '../../alert/reconcile-episode.ts'
import type { EngineDeps } from '../deps.ts'
import type { Commit } from '../journal.ts'
import { noteClosed } from './note-closed.ts'

/** One decision with what it is about. */
export type Reconciled = {
  readonly step: ReconcileStep
  readonly latest: Episode | undefined
  /** `null`: the listing does not hold it. */
  readonly report: AlertReport | null
  /** The last notification of its receiver. */
  readonly notification: number | null
  readonly askedAt: number
}

type Deps = Pick<EngineDeps, 'ledger' | 'clock' | 'log' | 'observer'>

/** How old the record of the last listing of an alert may become. */
const confirmEveryMs = 5 * 60_000

const sayings = {
  'fired-again': (name: string) =>
    `${name} resolved and fired again without a message, as Alertmanager's listing shows`,
  silenced: (name: string) => `${name} is silenced or inhibited in Alertmanager: it is left alone until that ends`,
  absent: (name: string) => `Alertmanager no longer holds ${name}: that alone proves nothing`,
  forgotten: (name: string) => `nothing was heard of ${name} for hours, and no Alertmanager holds it`,
} as const

const open = ({ ledger }: Deps, { report, notification, askedAt }: Reconciled): void => {
  if (report !== null && notification !== null) ledger.openListedEpisode(report, notification, askedAt)
}

/** Thousands of alerts that fire on are not written every half minute. An instant in the future is a clock that jumped. */
const isDue = ({ listedAt }: Episode, askedAt: number): boolean =>
  listedAt === null || Math.abs(askedAt - listedAt) >= confirmEveryMs

/** Answers the target whose incident has to look, or `null`. Counted and logged once it is committed. */
export function stepReconciled(deps: Deps, within: Commit, reconciled: Reconciled): string | null {
  const { ledger } = deps
  const { step, latest, askedAt } = reconciled
  const close = (state: 'resolved' | 'suppressed' | 'vanished', because: keyof typeof sayings): string | null => {
    if (latest === undefined) return null
    if (latest.state === 'firing') ledger.closeEpisode(latest.id, state, askedAt)
    else ledger.reclassifyEpisode(latest.id, state)
    return noteClosed(deps, within, { episode: latest, say: sayings[because], data: { because } })
  }
  if (step.step !== 'nothing' && step.step !== 'touch') {
    deps.observer.reconciled(step.step)
    const fingerprint = latest?.fingerprint ?? reconciled.report?.fingerprint
    within.tell({ fingerprint, step: step.step, because: step.because }, 'alert reconciled')
  }
  switch (step.step) {
    case 'open':
      open(deps, reconciled)
      return null
    case 'reopen': {
      const target = close('resolved', step.because)
      open(deps, reconciled)
      return target
    }
    case 'touch':
      if (latest !== undefined && isDue(latest, askedAt)) ledger.confirmEpisode(latest.id, askedAt)
      return null
    case 'suppress':
      return close('suppressed', step.because)
    case 'vanish':
      return close('vanished', step.because)
    case 'reclassify':
      return close(step.as, step.because)
    case 'nothing':
      return null
  }
}
