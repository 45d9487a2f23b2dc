/** Counters with labels, and how Prometheus wants to read them. */
export type Counters = {
  /** Adds one to the counter of that name and labels. */
  readonly count: (name: string, labels: Readonly<Record<string, string>>) => void
  /** Every counter in Prometheus' text format. */
  readonly expose: () => string
}

/** Returns counters that all start at zero. `helps` says what each name counts. */
export function createCounters(helps: Readonly<Record<string, string>>): Counters {
  const values = new Map<string, Map<string, number>>(Object.keys(helps).map((name) => [name, new Map()]))
  return {
    count: (name, labels) => {
      const series = values.get(name)
      if (series === undefined) throw new Error(`no counter is called ${name}`)
      const key = Object.entries(labels)
        .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
        .join(',')
      series.set(key, (series.get(key) ?? 0) + 1)
    },
    expose: () =>
      [...values]
        .flatMap(([name, series]) => [
          `# HELP ${name} ${helps[name]}`,
          `# TYPE ${name} counter`,
          ...[...series].map(([labels, value]) => `${name}{${labels}} ${value}`),
        ])
        .join('\n')
        .concat('\n'),
  }
}
