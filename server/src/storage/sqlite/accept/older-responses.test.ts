// Owns the test of what the version before kept under an Idempotency-Key, on SQLite: the key alone, without a credential.
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { SystemRandom } from '../../../platform/random.ts'
import { Fixture } from '../../conformance/fixture.ts'
import { savedByTheVersionBefore } from '../../conformance/older-responses.ts'
import { SqliteStorage } from '../sqlite-storage.ts'
import { storageOnFile } from '../testing/test-storage-on-file.ts'

let fixture: Fixture
let database: DatabaseSync
beforeEach(async () => {
  let path = ''
  fixture = await Fixture.make(() =>
    storageOnFile((file) => {
      path = file
      return new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })
    }),
  )
  database = new DatabaseSync(path)
})
afterEach(async () => {
  database.close()
  await fixture.destroy()
})

test('a result that the version before kept is given to the same request, and is in nobody else’s way', async () => {
  const { workspaceId, now } = fixture
  const insert = database.prepare(`INSERT INTO idempotency_keys
    (workspace_id, key, request_hash, expires_at, accepted_events, status, sealed_body) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  await savedByTheVersionBefore(fixture, {
    insert: async (row) => {
      insert.run(workspaceId, row.key, row.requestHash, now + 60_000, row.acceptedEvents, row.status, row.sealedBody)
    },
    expect,
  })
})
