/** The reference of the metrics, as Markdown, from the same list that makes them. */
import type { MetricDefinition } from './metric-definition.ts'

const viewLabel = ([label, values]: [string, readonly string[]]): string =>
  `\`${label}\`: ${values.length === 0 ? 'known at start' : values.map((value) => `\`${value}\``).join(' ')}`

/** One table row: name, kind, labels with all their values, help. */
export function describeMetric({ name, kind, labels, help }: MetricDefinition): string {
  return `| \`${name}\` | ${kind} | ${Object.entries(labels).map(viewLabel).join('; ')} | ${help} |`
}
