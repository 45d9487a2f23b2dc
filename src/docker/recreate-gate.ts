/** Keeps looks at containers and changes of their names apart: in the middle of a change nobody has the right name. */

/** The gate. */
export type Gate = {
  /** Runs `look` while no name changes: it waits for changes that are under way or about to begin. */
  readonly looking: <T>(look: () => Promise<T>) => Promise<T>
  /** Runs `swap` while nobody looks: it waits for looks that are under way, and later ones wait for it. */
  readonly unseen: <T>(swap: () => Promise<T>) => Promise<T>
}

/** Makes an open gate. A `look` must not call `unseen`, nor a `swap` call `looking`: they would wait for each other. */
export function createGate(): Gate {
  const looks = new Set<Promise<unknown>>()
  const swaps = new Set<Promise<unknown>>()
  return {
    looking: async (look) => {
      while (swaps.size > 0) await Promise.allSettled(swaps)
      return countIn(looks, look)
    },
    unseen: (swap) =>
      countIn(swaps, async () => {
        await Promise.allSettled(looks)
        return swap()
      }),
  }
}

async function countIn<T>(counted: Set<Promise<unknown>>, work: () => Promise<T>): Promise<T> {
  const done = work()
  counted.add(done)
  try {
    return await done
  } finally {
    counted.delete(done)
  }
}
