/** The few figures that describe a series of measurements. */

/** The value below which the share `q` (0 to 1) of the values lies: the nearest one that was measured. NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

/** What a series is reported as. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number }

/** Smallest, middle and largest value, rounded to `digits` decimals. */
export function spreadOf(values: readonly number[], digits: number): Spread {
  const at = (q: number) => rounded(quantile(values, q), digits)
  return { min: at(0), median: at(0.5), max: at(1) }
}

/** The value with at most `digits` decimals. */
export function rounded(value: number, digits: number): number {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}
