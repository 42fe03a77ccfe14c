// Owns looking up and removing stored responses. They are saved with the change they belong to: see `change`.
import { Refusal } from '@timbre/contract/errors.ts'
import { savedKeys } from '../shared/saved-key.ts'
import type { RecordStorage } from '../storage.ts'
import { saveResponse } from './change.ts'
import type { Database } from './tables.ts'

type ResponseRecords = Pick<RecordStorage, 'findResponse' | 'saveResponse' | 'pruneResponses'>

export function responseRecords(db: Database): ResponseRecords {
  return {
    async findResponse(claim, now) {
      const [own, older] = savedKeys(claim)
      const rows = await db
        .selectFrom('idempotencyKeys')
        .select(['key', 'requestHash', 'status', 'sealedBody'])
        .where('workspaceId', '=', claim.workspaceId)
        .where('key', 'in', [own, older])
        .where('expiresAt', '>', now)
        .execute()
      const row =
        rows.find(({ key }) => key === own) ?? rows.find(({ requestHash }) => requestHash === claim.requestHash)
      if (row === undefined) return undefined
      if (row.requestHash !== claim.requestHash) throw new Refusal('IDEMPOTENCY_KEY_REUSED', { key: claim.key })
      const { status, sealedBody, key } = row
      // Published events have no sealed response: `acceptEvents` repeats theirs.
      return status === null || sealedBody === null ? undefined : { status, sealedBody, rowKey: key }
    },

    saveResponse: (claim, now) => db.transaction().execute((tx) => saveResponse(tx, claim, now)),

    async pruneResponses(now, limit) {
      const { numDeletedRows } = await db
        .deleteFrom('idempotencyKeys')
        .where(({ eb, refTuple, selectFrom }) =>
          eb(
            refTuple('workspaceId', 'key'),
            'in',
            selectFrom('idempotencyKeys')
              .select(['workspaceId', 'key'])
              .where('expiresAt', '<=', now)
              .limit(limit)
              .$asTuple('workspaceId', 'key'),
          ),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  }
}
