// Owns a storage on a file of its own, for tests: opened in a directory that is made for it and removed after it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StorageUnderTest } from '../../conformance/conformance.ts'
import type { Storage } from '../../storage.ts'

/** @param open makes the storage, not started yet, on the given file */
export async function storageOnFile(open: (file: string) => Storage): Promise<StorageUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'timbre-storage-'))
  const file = join(directory, 'timbre.db')
  let storage: Storage = open(file)
  await storage.start()
  return {
    storage,
    async reopen() {
      await storage.stop()
      storage = open(file)
      await storage.start()
      return storage
    },
    async destroy() {
      await storage.stop()
      await rm(directory, { recursive: true })
    },
  }
}
