/** "Did you mean": the known word that is nearest to an unknown one. */

/** The nearest known word, or `undefined` when none is near: more than two letters off, or a third of the word. */
export function suggest(unknown: string, known: readonly string[]): string | undefined {
  if (unknown.length > 100) return undefined
  const word = normalize(unknown)
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: editDistance(word, normalize(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.min(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return nearest?.candidate
}

/** `scrapeInterval`, `scrape-interval` and `scrape_interval` are the same word. */
function normalize(word: string): string {
  return word.replaceAll(/[-_\s]/g, '').toLowerCase()
}

/** Levenshtein's distance: insertions, deletions and replacements of letters. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
