/** The identity of an alert: a hash over its labels, the one that Prometheus and Alertmanager compute. */

const separator = 0xff

/**
 * Fingerprint of a label set as 16 hexadecimal digits: FNV-1a (64 bits) over name, 0xff, value, 0xff of each label,
 * ordered by the bytes of the name. The same as `LabelSet.Fingerprint` of github.com/prometheus/common/model.
 */
export function computeFingerprint(labels: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder()
  const ordered = Object.entries(labels)
    .map(([name, value]) => ({ name: encoder.encode(name), value: encoder.encode(value) }))
    .sort((a, b) => compareBytes(a.name, b.name))
  const hash = new Fnv1a64()
  for (const { name, value } of ordered) {
    hash.add(name)
    hash.addByte(separator)
    hash.add(value)
    hash.addByte(separator)
  }
  return hash.toHex()
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** The 64-bit state is kept in two halves: multiplying by the prime 2^40 + 0x1b3 then stays exact in doubles. */
class Fnv1a64 {
  #high = 0xcbf29ce4
  #low = 0x84222325

  add(bytes: Uint8Array): void {
    for (const byte of bytes) this.addByte(byte)
  }

  addByte(byte: number): void {
    const low = (this.#low ^ byte) >>> 0
    const product = low * 0x1b3
    this.#high = (this.#high * 0x1b3 + Math.floor(product / 2 ** 32) + ((low << 8) >>> 0)) % 2 ** 32
    this.#low = product % 2 ** 32
  }

  toHex(): string {
    return this.#high.toString(16).padStart(8, '0') + this.#low.toString(16).padStart(8, '0')
  }
}
