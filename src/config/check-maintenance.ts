/** Faults of maintenance windows that lie between their values. */
import { parseInstant } from '../lib/rfc3339.ts'
import type { ConfigPath } from './config-fault.ts'
import { entriesAt, partAt } from './part.ts'
import { parseTimeOfDay } from './time-of-day.ts'
import { type SchemaFault, showValue } from './validate.ts'

const weekly = ['days', 'from', 'to', 'zone']
const once = ['starts', 'ends']
const kinds = "'from' and 'to' for every week, or 'starts' and 'ends' for once"

/** Windows that are neither weekly nor once, that are both, that are never, and names that are taken twice. */
export function checkMaintenance(config: unknown): readonly SchemaFault[] {
  const taken = new Set<string>()
  return entriesAt(config, ['maintenance']).flatMap(({ path, value }) => {
    const name = partAt(value, ['name'])
    const isTaken = typeof name === 'string' && taken.has(name)
    if (typeof name === 'string') taken.add(name)
    const twice = isTaken ? [fault([...path, 'name'], showValue(name, false), 'a name that no other window has')] : []
    return [...twice, ...checkTimes(path, value)]
  })
}

function checkTimes(path: ConfigPath, window: unknown): readonly SchemaFault[] {
  if (typeof window !== 'object' || window === null) return []
  const has = (key: string): boolean => partAt(window, [key]) !== undefined
  const given = [...weekly, ...once].filter(has)
  const isWeekly = given.some((key) => weekly.includes(key))
  const isOnce = given.some((key) => once.includes(key))
  if (isWeekly === isOnce) return [fault(path, isWeekly ? `both: ${given.join(', ')}` : 'no times', kinds)]
  const [first, second] = isWeekly ? ['from', 'to'] : ['starts', 'ends']
  const missing = [first, second].filter((key) => key !== undefined && !has(key))
  if (missing.length > 0) return missing.map((key) => fault(path, `no ${key}`, `the key ${key}`))
  return isWeekly ? checkDay(path, window) : checkOnce(path, window)
}

function checkDay(path: ConfigPath, window: object): readonly SchemaFault[] {
  const [from, to] = ['from', 'to'].map((key) => String(partAt(window, [key])))
  const [fromMs, toMs] = [parseTimeOfDay(from ?? ''), parseTimeOfDay(to ?? '')]
  if (fromMs === undefined || toMs === undefined) return []
  if (from === '24:00') return [fault([...path, 'from'], "'24:00'", "'00:00', the beginning of the next day")]
  const isEmpty = fromMs === toMs
  return isEmpty
    ? [fault([...path, 'to'], 'the same time as from', "another time; '00:00' to '24:00' is a whole day")]
    : []
}

function checkOnce(path: ConfigPath, window: object): readonly SchemaFault[] {
  const [startsAt, endsAt] = ['starts', 'ends'].map((key) => parseInstant(String(partAt(window, [key]))))
  if (startsAt === undefined || endsAt === undefined || startsAt < endsAt) return []
  return [fault([...path, 'ends'], 'an end that is not after the beginning', 'a time after starts')]
}

function fault(path: ConfigPath, found: string, expected: string): SchemaFault {
  return { path, isKey: false, found, expected }
}
