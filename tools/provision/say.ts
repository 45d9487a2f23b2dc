/** Tells the person at the terminal what is being done; on stderr, because stdout belongs to the command. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
