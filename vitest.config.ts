import { defineConfig } from 'vitest/config'

const globalSetup = ['test/support/real/global-setup.ts']
/** Real parts take their time to start, and two cores do not start two engines' worth of them any faster. */
const withRealParts = { globalSetup, fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    projects: [
      // Files share their workers: what they would do to each other in a process, they would do in the product as well.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, maxWorkers: '100%' } },
      // One part with its threads, processes and files.
      { test: { name: 'component', include: ['test/component/**/*.test.ts'], isolate: false, maxWorkers: '100%' } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...withRealParts } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...withRealParts } },
    ],
  },
})
