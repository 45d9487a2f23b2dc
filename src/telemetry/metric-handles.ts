/** Handles: what the program counts with. They make series out of definitions and keep every label within its list. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type LabelLists, type LabelsOf, type MetricDefinition, otherValue } from './metric-definition.ts'

/** Counts things up. */
export type CounterHandle<Lists extends LabelLists> = {
  readonly increment: (labels: LabelsOf<Lists>, by?: number) => void
}

/** Shows a value that goes either way. */
export type GaugeHandle<Lists extends LabelLists> = {
  readonly set: (labels: LabelsOf<Lists>, value: number) => void
}

/** Collects a distribution. */
export type HistogramHandle<Lists extends LabelLists> = {
  readonly observe: (labels: LabelsOf<Lists>, value: number) => void
}

/** Where metrics are registered, and the label values that are known only when the program starts. */
export type HandleContext = { readonly registry: Registry; readonly given: LabelLists }

type Series = Record<string, string>

const listsOf = (definition: MetricDefinition, context: HandleContext): LabelLists =>
  Object.fromEntries(
    Object.entries(definition.labels).map(([label, values]) => [
      label,
      values.length === 0 ? (context.given[label] ?? []) : values,
    ]),
  )

const within = (lists: LabelLists, labels: Readonly<Record<string, string>>): Series => {
  const series: Series = {}
  for (const label in lists) {
    const value = labels[label]
    series[label] = value !== undefined && lists[label]?.includes(value) ? value : otherValue
  }
  return series
}

const everySeries = (lists: LabelLists): readonly Series[] =>
  Object.entries(lists).reduce<readonly Series[]>(
    (series, [label, values]) => series.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  )

const prepare = (definition: MetricDefinition, context: HandleContext) => {
  const lists = listsOf(definition, context)
  const { name, help } = definition
  return {
    config: { name, help, labelNames: Object.keys(lists), registers: [context.registry] },
    initial: definition.initial?.map((labels) => within(lists, labels)) ?? everySeries(lists),
    keep: (labels: Readonly<Record<string, string>>) => within(lists, labels),
  }
}

/** Registers a counter; its initial series are there, at zero, from the first scrape. */
export function counterHandle<Lists extends LabelLists>(
  definition: MetricDefinition<'counter', Lists>,
  context: HandleContext,
): CounterHandle<Lists> {
  const { config, initial, keep } = prepare(definition, context)
  const metric = new Counter(config)
  for (const series of initial) metric.inc(series, 0)
  return { increment: (labels, by = 1) => metric.inc(keep(labels), by) }
}

/**
 * Registers a gauge. With `collect`, each scrape asks for the values; one that throws shows as NaN (not known), and the
 * other metrics are not harmed.
 */
export function gaugeHandle<Lists extends LabelLists>(
  definition: MetricDefinition<'gauge', Lists>,
  context: HandleContext,
  collect?: (set: GaugeHandle<Lists>['set']) => void,
): GaugeHandle<Lists> {
  const { config, initial, keep } = prepare(definition, context)
  const set = (labels: LabelsOf<Lists>, value: number): void => metric.set(keep(labels), value)
  const fill = (value: number): void => {
    for (const series of initial) metric.set(series, value)
  }
  const refresh = (): void => {
    try {
      collect?.(set)
    } catch {
      fill(Number.NaN)
    }
  }
  const metric: Gauge = new Gauge({ ...config, ...(collect !== undefined && { collect: refresh }) })
  fill(0)
  return { set }
}

/** Registers a histogram; its initial series are there, empty, from the first scrape. */
export function histogramHandle<Lists extends LabelLists>(
  definition: MetricDefinition<'histogram', Lists>,
  context: HandleContext,
): HistogramHandle<Lists> {
  const { config, initial, keep } = prepare(definition, context)
  const metric = new Histogram({ ...config, buckets: [...definition.buckets] })
  for (const series of initial) metric.zero(series)
  return { observe: (labels, value) => metric.observe(keep(labels), value) }
}
