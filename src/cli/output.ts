/** What commands print: results on standard output, everything else on standard error. */

/** Prints a result as JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Prints one line of a result for people, whatever is in the text. */
export function printLine(line: string): void {
  process.stdout.write(`${plain(line.replace(/\s/g, ' '))}\n`)
}

/** Says something beside the result; it may have several lines. */
export function say(text: string): void {
  process.stderr.write(`${plain(text)}\n`)
}

/** Text from alerts and containers may hold control characters, which a terminal would obey, and marks that turn text around. */
function plain(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]/gu, '\ufffd')
}

/** Prints rows in columns as wide as their widest cell. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows].map((row) => row.map((cell) => plain(cell.replace(/\s/g, ' '))))
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  for (const row of all) {
    printLine(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
}
