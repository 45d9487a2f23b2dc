/** Maintenance windows: from how they are written to how they are used. */
import { parseInstant } from '../lib/rfc3339.ts'
import { type ConfigFile, weekdays } from './schema.ts'
import type { MaintenanceTimes, MaintenanceWindow } from './settings.ts'
import { parseTimeOfDay } from './time-of-day.ts'

type Written = ConfigFile['maintenance'][number]

/** Converts a window that was validated. */
export function toMaintenance(written: Written): MaintenanceWindow {
  const { name, match, targets } = written
  return { name, match: match ?? [], targets: targets ?? [], times: toTimes(written) }
}

function toTimes({ starts, ends, days, from, to, zone }: Written): MaintenanceTimes {
  if (starts !== undefined) {
    return { kind: 'once', startsAt: parseInstant(starts) ?? 0, endsAt: parseInstant(ends ?? '') ?? 0 }
  }
  return {
    kind: 'weekly',
    days: (days ?? weekdays).map((day) => weekdays.indexOf(day)),
    fromMs: parseTimeOfDay(from ?? '') ?? 0,
    toMs: parseTimeOfDay(to ?? '') ?? 0,
    zone: zone ?? 'UTC',
  }
}
