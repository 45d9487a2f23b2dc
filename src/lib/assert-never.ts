/** Makes the compiler prove that a `switch` over a closed union is exhaustive; throws if a value slipped through. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`)
}
