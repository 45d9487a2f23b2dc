/** Order of severity: critical, warning, info, anything else. */

const order: readonly string[] = ['critical', 'warning', 'info']

const rank = (severity: string): number => {
  const place = order.indexOf(severity.toLowerCase())
  return place === -1 ? order.length : place
}

/** True when `a` is strictly more critical than `b`; words outside of the order are all alike, and below it. */
export function isMoreCritical(a: string, b: string): boolean {
  return rank(a) < rank(b)
}
