// Owns the tests of the SQLite backend in the process that uses it: the conformance suite on a file, and in memory.
import { expect, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { SystemRandom } from '../../platform/random.ts'
import { storageConformance } from '../conformance/conformance.ts'
import { SqliteStorage } from './sqlite-storage.ts'
import { storageOnFile } from './testing/test-storage-on-file.ts'

const open = (file: string) => new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })

storageConformance('SqliteStorage', () => storageOnFile(open))

test('works in memory, for the simulator', async () => {
  const storage = open(':memory:')
  await storage.start()
  expect(await storage.nextDueAt()).toBeNull()
  expect((await storage.listWorkspaces({ page: 1, limit: 1 })).total).toBe(0)
  expect(await storage.hasWorkspaces()).toBe(false)
  await storage.stop()
})

test('a call after stop is a bug and says so', async () => {
  const storage = open(':memory:')
  await storage.start()
  await storage.stop()
  await storage.stop()
  await expect(storage.nextDueAt()).rejects.toThrow('between start and stop')
})
