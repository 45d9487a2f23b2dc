import { defineConfig } from 'vitest/config'

const globalSetup = ['test/support/real/global-setup.ts']
/** A limit for what hangs, not a measure of speed: a loaded machine must not make a test fail. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 }
/** Files share their workers: what they would do to each other in a process, they would do in the product as well. */
const quick = { isolate: false, maxWorkers: '100%', ...patience }
/** Real parts take their time to start, and two cores do not start two engines' worth of them any faster. */
const withRealParts = { globalSetup, fileParallelism: false, ...patience }

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...quick } },
      // One part with its threads, processes and sockets.
      { test: { name: 'component', include: ['test/component/**/*.test.ts'], ...quick } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...withRealParts } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...withRealParts } },
    ],
  },
})
