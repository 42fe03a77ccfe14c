// Owns the guarantee that what fails while the database opens is counted, although there are no metrics yet.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, inject, onTestFinished, test } from 'vitest'
import { readConfig } from './config.ts'
import { makeStorage, startStorage } from './open-storage.ts'
import { SystemRandom } from './platform/random.ts'
import { dayOf } from './storage/postgres/schema/day.ts'
import { DAYS_AHEAD, partitionOf } from './storage/postgres/schema/partitions.ts'
import { SharedDatabase } from './storage/postgres/testing/test-storage-on-database.ts'

test('partitions that cannot be made at the start are counted', async () => {
  const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  onTestFinished(() => database.drop())
  const dataDir = await mkdtemp(join(tmpdir(), 'timbre-open-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const environment = {
    DATABASE_URL: database.url,
    TIMBRE_DATA_DIR: dataDir,
    TIMBRE_MASTER_KEY: randomBytes(32).toString('base64'),
  }
  await database.client.query(`DROP TABLE ${partitionOf('attempts', dayOf(Date.now()) + DAYS_AHEAD)}`)
  // Keeps nobody but who makes partitions.
  await database.client.query('BEGIN; LOCK TABLE events IN SHARE UPDATE EXCLUSIVE MODE')
  const log = pino({ level: 'silent' })
  const listener = { onNotice: () => {} }
  const { storage, partitionFaults } = await makeStorage(readConfig(environment, []), {
    random: new SystemRandom(),
    log,
    listener,
  })
  await startStorage(storage, log)
  await storage.stop()
  await database.client.query('ROLLBACK')
  expect(partitionFaults?.()).toBe(1)
})
