import { defineConfig } from 'vitest/config'

// Two groups: unit tests beside the code run in parallel; process-level tests run one after another, so that what they
// time and kill is theirs alone.
export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres/global-setup.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contract,server,sdk,cli}/src/**/*.test.ts', 'test/support/**/*.test.ts', 'scripts/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/{e2e,docs,house,sim}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
