/** Text from outside, made fit for a log line or a page. */

const LONGEST = 500

/** Replaces control and format characters and line breaks by spaces and cuts at `longest` (500) characters, with an ellipsis. */
export function plainText(text: string, longest = LONGEST): string {
  const plain = text
    .slice(0, longest * 4)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`
}
