/** Signals, as images and containers configure them. */
import { constants } from 'node:os'

const REALTIME_FIRST = 34
const REALTIME_LAST = 64

/** The number of `SIGQUIT`, `QUIT`, `3` or `SIGRTMIN+3`; `undefined` for what is no signal. */
export function signalNumber(name: string): number | undefined {
  if (/^\d{1,2}$/.test(name)) return Number(name)
  const plain = name.toUpperCase().replace(/^SIG/, '')
  const realtime = /^RT(MIN|MAX)(?:([+-]\d{1,2}))?$/.exec(plain)
  if (realtime !== null) return (realtime[1] === 'MIN' ? REALTIME_FIRST : REALTIME_LAST) + Number(realtime[2] ?? 0)
  const numbers: Readonly<Record<string, number>> = constants.signals
  return Object.hasOwn(numbers, `SIG${plain}`) ? numbers[`SIG${plain}`] : undefined
}
