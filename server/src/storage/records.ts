// Owns everything that is configured or looked at, in Kysely, for every backend. One file per noun in `records/`.
// Must never hold SQL of one backend; the way of an event (accept, claim, record) is each backend's own.
import { CamelCasePlugin, type Dialect, Kysely } from 'kysely'
import { answerRecords } from './records/answers.ts'
import { apiKeyRecords } from './records/api-keys.ts'
import { attemptRecords } from './records/attempts.ts'
import { auditRecords } from './records/audit-entries.ts'
import { deliveryRecords } from './records/deliveries.ts'
import { eventTypeRecords } from './records/event-types.ts'
import { eventRecords } from './records/events.ts'
import { type ReplayRecords, replayRecords } from './records/replays.ts'
import { PLAIN_KEYS, type RowKeys } from './records/row-keys.ts'
import { sealedRecords } from './records/sealed.ts'
import { subscriptionRecords } from './records/subscriptions.ts'
import type { Tables } from './records/tables.ts'
import { secretRecords } from './records/webhook-secrets.ts'
import { webhookRecords } from './records/webhooks.ts'
import { workspaceRecords } from './records/workspaces.ts'
import type { RecordStorage, SealedStorage, Storage } from './storage.ts'

/** With `loadTarget`, which is a plain read: nodes keep what it returns in memory. */
export type Records = RecordStorage & ReplayRecords & SealedStorage & Pick<Storage, 'loadTarget' | 'pruneAuditEntries'>

export function records(dialect: Dialect, keys: RowKeys = PLAIN_KEYS): Records {
  const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] })
  return {
    ...workspaceRecords(db),
    ...apiKeyRecords(db),
    ...webhookRecords(db),
    ...secretRecords(db, keys),
    ...sealedRecords(db, keys),
    ...subscriptionRecords(db),
    ...eventTypeRecords(db),
    ...eventRecords(db, keys),
    ...deliveryRecords(db, keys),
    ...attemptRecords(db, keys),
    ...replayRecords(db),
    ...auditRecords(db),
    ...answerRecords(db),
  }
}
