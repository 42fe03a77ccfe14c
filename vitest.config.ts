import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// As `cli/bin/compile-cache.mjs` has it: each thread of the server that a test starts would strip the types of all that it loads.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'timbre')

/** The tests of the whole way that must hold on PostgreSQL as they do on SQLite: one of them in `npm test`, all in `npm run test:long`. */
const ON_BOTH_BACKENDS = ['delivery']
const ON_BOTH_BACKENDS_LONG = ['isolation', 'pull', 'replay', 'restart', 'retention', 'sources', 'statistics', 'stream']
/**
 * Slow by nature: nodes that leave and come back, a move that is killed again and again, a standby, a receiver that hangs as long
 * as a stop may take, a container, a start or a command of its own for each test, what takes its time in the background, and everything
 * that a customer may use the SDK with. `npm run test:long`.
 */
const LONG = [
  'backup',
  'command/apply',
  'command/building',
  'command/examples',
  'command/listen',
  'command/listen-ends',
  'command/listen-faults',
  'command/listen-view',
  'command/operating',
  'command/profiles',
  'command/resources',
  'command/shells',
  'command/sources',
  'first-start',
  'health',
  'hostile/secrets-at-rest',
  'image',
  'isolation',
  'mcp',
  'move',
  'overload',
  'replay',
  'retention',
  'sender-threads',
  'slow-stop',
  'statistics',
  'stream',
  'stream-readers',
]
/** With more in `npm run test:long` than in `npm test` (test/support/at-length.ts). */
const LONGER = ['pull', 'restart', 'sources']
const LONG_ON_POSTGRES = ['master-key-nodes', 'nodes', 'read-replica', 'rolling-upgrade', 'stream-nodes']
/** Every page in every look, the doors, what one screen is for, and the SDK in a page; the way of a newcomer is in `npm test`. */
const LONG_BROWSER = [
  'doors',
  'event-types',
  'evidence',
  'every-page',
  'first-minute',
  'portal-in-a-frame',
  'sdk',
  'weight',
].map((name) => `test/browser/${name}.test.ts`)
/** With more of it in `npm run test:long`. */
const LONGER_ELSEWHERE = [
  'server/src/storage/sqlite/thread/storage-thread.test.ts',
  'test/browser/newcomer.test.ts',
  'test/sim/sim.test.ts',
]
/** What a reader does from a fresh clone on. */
const LONG_DOCS = ['first-webhook', 'demo', 'languages', 'guides'].map((name) => `test/docs/${name}.test.ts`)
const e2e = (names: readonly string[]) => names.map((name) => `test/e2e/${name}.test.ts`)
/** Unit tests that install a package, or wait for a standby. */
const LONG_UNIT = ['scripts/sdk-pack.test.ts', 'server/src/storage/postgres/wire/replica-lists.test.ts']
/** Unit tests that measure the memory of their own process. */
const ALONE = ['server/src/schemas/compiled-schema.test.ts', 'server/src/storage/sqlite/replay/replay-size.test.ts']

/**
 * Three files beside each other, two of those that are long: most of their time is spent waiting for processes, and none asserts a
 * time that the others could spoil. An attack with its full load has the machine to itself.
 */
const processes = (workers: number) => ({
  maxWorkers: process.env['HOSTILE_LOAD'] === 'full' ? 1 : workers,
  testTimeout: 120_000,
  hookTimeout: 120_000,
})

export default defineConfig({
  test: {
    globalSetup: ['test/support/files-in-memory.ts', 'test/support/postgres/global-setup.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{contract,server,sdk,mcp,cli,dashboard}/src/**/*.test.ts',
            'test/support/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: [...ALONE, ...LONG_UNIT],
          // Files share the code that is loaded: loading it anew for each of a hundred took half of their time.
          isolate: false,
          // By itself it would leave one of two cores to itself; files that wait for a disk leave room for a third.
          maxWorkers: 3,
          testTimeout: 30_000,
          provide: { isLong: false },
        },
      },
      { test: { name: 'unit, alone', include: ALONE, testTimeout: 30_000 } },
      {
        // The guarantees of sending, once more with the transport behind threads (test/support/transport-rig.ts).
        test: {
          name: 'sender-threads',
          include: ['server/src/platform/http/*-transport-*.test.ts'],
          env: { TRANSPORT: 'sender-threads' },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/{e2e,docs,house,sim,browser}/**/*.test.ts'],
          exclude: [...e2e([...LONG, ...LONG_ON_POSTGRES]), ...LONG_DOCS, ...LONG_BROWSER],
          ...processes(3),
          sequence: { groupOrder: 1 },
          provide: { isLong: false, backend: 'sqlite' },
        },
      },
      {
        test: {
          name: 'process on PostgreSQL',
          include: e2e(ON_BOTH_BACKENDS),
          ...processes(3),
          sequence: { groupOrder: 1 },
          provide: { isLong: false, backend: 'postgres' },
        },
      },
      {
        test: {
          name: 'long',
          include: [
            ...e2e([...LONG, ...LONGER]),
            ...LONG_DOCS,
            ...LONG_BROWSER,
            ...LONG_UNIT,
            ...LONGER_ELSEWHERE,
            'test/{sdk,clients,release}/**/*.test.ts',
          ],
          ...processes(2),
          sequence: { groupOrder: 2 },
          provide: { isLong: true, backend: 'sqlite' },
        },
      },
      {
        test: {
          name: 'long, on PostgreSQL',
          include: [...e2e([...ON_BOTH_BACKENDS_LONG, ...LONG_ON_POSTGRES]), 'test/cluster/cluster.test.ts'],
          ...processes(2),
          sequence: { groupOrder: 2 },
          provide: { isLong: true, backend: 'postgres' },
        },
      },
    ],
  },
})
