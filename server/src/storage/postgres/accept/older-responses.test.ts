// Owns the test of what the version before kept under an Idempotency-Key, on PostgreSQL, where nodes of both may run.
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { Fixture } from '../../conformance/fixture.ts'
import { savedByTheVersionBefore } from '../../conformance/older-responses.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'

let database: SharedDatabase
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
})
afterAll(() => database.drop())

test('a result that the version before kept is given to the same request, and is in nobody else’s way', async () => {
  const fixture = await Fixture.make(() => database.storage())
  await savedByTheVersionBefore(fixture, {
    insert: async (row) => {
      await database.client.query(
        `INSERT INTO idempotency_keys (workspace_id, key, request_hash, expires_at, accepted_events, status, sealed_body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          fixture.workspaceId,
          row.key,
          row.requestHash,
          fixture.now + 60_000,
          row.acceptedEvents,
          row.status,
          row.sealedBody,
        ],
      )
    },
    expect,
  })
})
