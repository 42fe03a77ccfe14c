import { defineConfig } from 'vitest/config'

/** The tests of the whole way that must hold on PostgreSQL as they do on SQLite. */
const ON_BOTH_BACKENDS = ['delivery', 'isolation', 'replay', 'restart', 'retention']
const ON_POSTGRES_ONLY = ['master-key-nodes', 'nodes', 'read-replica', 'rolling-upgrade']
/** Unit tests that measure the memory of their own process. */
const ALONE = ['server/src/schemas/compiled-schema.test.ts', 'server/src/storage/sqlite/replay-size.test.ts']

// Groups: unit tests beside the code run in parallel; process-level tests run one after another, so that what they
// time and kill is theirs alone.
export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres/global-setup.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{contract,server,sdk,cli}/src/**/*.test.ts',
            'test/support/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ALONE,
          // Files share the code that is loaded: loading it anew for each of a hundred took half of their time.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      { test: { name: 'unit, alone', include: ALONE, testTimeout: 30_000 } },
      {
        // The guarantees of sending, once more with the transport behind threads (test/support/transport-rig.ts).
        test: {
          name: 'sender-threads',
          include: ['server/src/platform/*-transport-*.test.ts'],
          env: { TRANSPORT: 'sender-threads' },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/{e2e,docs,house,sim}/**/*.test.ts'],
          exclude: ON_POSTGRES_ONLY.map((name) => `test/e2e/${name}.test.ts`),
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
          provide: { backend: 'sqlite' },
        },
      },
      {
        test: {
          name: 'process on PostgreSQL',
          include: [
            ...[...ON_BOTH_BACKENDS, ...ON_POSTGRES_ONLY].map((name) => `test/e2e/${name}.test.ts`),
            'test/cluster/cluster.test.ts',
          ],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
          provide: { backend: 'postgres' },
        },
      },
    ],
  },
})
