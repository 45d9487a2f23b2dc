/** Sizes as they are written: `32MiB`. */

const unitBytes = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const
const mostBytes = unitBytes.GiB

/** Reads a size, a whole number with the unit `B`, `KiB`, `MiB` or `GiB`, of 1 byte to 1 GiB; `undefined` for others. */
export function parseSize(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,10})(B|KiB|MiB|GiB)$/.exec(text) ?? []
  const found = Object.entries(unitBytes).find(([name]) => name === unit)
  const bytes = found === undefined ? 0 : Number(count) * found[1]
  return bytes >= 1 && bytes <= mostBytes ? bytes : undefined
}
