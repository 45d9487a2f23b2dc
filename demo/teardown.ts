/** How a run ended, as far as cleaning up cares. */
export type Ending = {
  /** Nothing went wrong that its logs could explain. */
  readonly isGood: boolean
  /** What was started is to go on running. */
  readonly isKept: boolean
}

/** Undoes one step of setting up. */
export type Undo = (ending: Ending) => Promise<void>

/** What has to be undone at the end of a run. */
export type Teardown = {
  /** Has a step undone, before all that were named earlier. */
  readonly defer: (undo: Undo) => void
  /** Undoes everything; what fails is said and holds up nothing. */
  readonly run: (ending: Ending, say: (text: string) => void) => Promise<void>
}

/** Returns a teardown with nothing to undo. */
export function createTeardown(): Teardown {
  const undos: Undo[] = []
  return {
    defer: (undo) => {
      undos.push(undo)
    },
    run: async (ending, say) => {
      for (const undo of undos.splice(0).reverse()) {
        await undo(ending).catch((error: unknown) => say(`while cleaning up: ${String(error)}`))
      }
    },
  }
}

/** An undo that does nothing when the run is to be kept. */
export function unlessKept(undo: () => Promise<void>): Undo {
  return async ({ isKept }) => {
    if (!isKept) await undo()
  }
}
