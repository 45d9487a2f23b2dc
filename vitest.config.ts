import { defineConfig } from 'vitest/config'

const globalSetup = ['test/support/real/global-setup.ts']
/** Real parts take their time to start, and two cores do not start two engines' worth of them any faster. */
const withRealParts = { globalSetup, fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'] } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...withRealParts } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...withRealParts } },
    ],
  },
})
