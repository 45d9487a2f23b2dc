/** What a metric is, as a value: the same list makes the registry and the documentation. */

/**
 * Labels of a metric, each with every value that it may take.
 * An empty list means that the values are given once, when the program starts (`createMetrics`).
 */
export type LabelLists = Readonly<Record<string, readonly string[]>>

/** One value for each label. */
export type LabelsOf<Lists extends LabelLists> = { readonly [Label in keyof Lists]: Lists[Label][number] }

/** Kinds of metrics. */
export type MetricKind = 'counter' | 'gauge' | 'histogram'

/** One metric. */
export type MetricDefinition<Kind extends MetricKind = MetricKind, Lists extends LabelLists = LabelLists> = {
  readonly kind: Kind
  readonly name: string
  readonly help: string
  readonly labels: Lists
  /** Upper bounds of a histogram's buckets, in the unit of the metric. */
  readonly buckets: readonly number[]
  /** Which series start at zero; `null`: every combination of the labels' values. */
  readonly initial: readonly LabelsOf<Lists>[] | null
}

/** Value of a label that stands for every value outside of its list. */
export const otherValue = 'other'

type Rest<Lists extends LabelLists> = { readonly labels?: Lists; readonly initial?: readonly LabelsOf<Lists>[] }

const noBuckets: readonly number[] = []

/** A counter; its name ends in `_total`. */
export function counter<const Lists extends LabelLists>(name: string, help: string, labels: Lists) {
  return { kind: 'counter' as const, name, help, labels, buckets: noBuckets, initial: null }
}

/** A counter of which only some combinations of label values make sense: only those start at zero. */
export function sparseCounter<const Lists extends LabelLists>(
  name: string,
  help: string,
  options: Required<Rest<Lists>>,
) {
  return { kind: 'counter' as const, name, help, buckets: noBuckets, ...options }
}

/** A gauge. */
export function gauge<const Lists extends LabelLists>(name: string, help: string, labels: Lists) {
  return { kind: 'gauge' as const, name, help, labels, buckets: noBuckets, initial: null }
}

/** A histogram, in the base unit that its name ends with. */
export function histogram<const Lists extends LabelLists>(
  name: string,
  help: string,
  options: { readonly labels: Lists; readonly buckets: readonly number[] },
) {
  return { kind: 'histogram' as const, name, help, initial: null, ...options }
}
