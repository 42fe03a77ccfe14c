// Owns everything that is configured or looked at, in Kysely, for every backend. One file per noun beside it.
// Must never hold SQL of one backend; the hot path (accept, claim, record) is each backend's own.
import { CamelCasePlugin, type Dialect, Kysely } from 'kysely'
import type { RecordStorage, SealedStorage, StatisticsStorage, Storage } from '../storage.ts'
import { apiKeyRecords } from './api-keys.ts'
import { attemptRecords } from './attempts.ts'
import { auditRecords } from './audit-entries.ts'
import { callRecords } from './calls.ts'
import { deliveryRecords } from './deliveries.ts'
import { eventTypeRecords } from './event-types.ts'
import { eventRecords } from './events.ts'
import { type InstanceRecords, instanceRecords } from './instance.ts'
import { queueRecords } from './queue-counts.ts'
import { type ReplayRecords, replayRecords } from './replays.ts'
import { responseRecords } from './responses.ts'
import { PLAIN_KEYS, type RowKeys } from './row-keys.ts'
import { sealedRecords } from './sealed.ts'
import { sessionRecords } from './sessions.ts'
import { type SourceRecords, sourceRecords } from './sources.ts'
import { statisticsRecords } from './statistics.ts'
import { subscriptionRecords } from './subscriptions.ts'
import type { Tables } from './tables.ts'
import { secretRecords } from './webhook-secrets.ts'
import { webhookRecords } from './webhooks.ts'
import { workspaceRecords } from './workspaces.ts'

/** With `loadTarget`, which is a plain read: nodes keep what it returns in memory. */
export type Records = RecordStorage &
  ReplayRecords &
  SealedStorage &
  Omit<StatisticsStorage, 'foldStatistics' | 'findBacklog'> &
  SourceRecords &
  InstanceRecords &
  Pick<Storage, 'loadTarget' | 'pruneAuditEntries'>

export function records(dialect: Dialect, keys: RowKeys = PLAIN_KEYS): Records {
  const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] })
  return {
    ...workspaceRecords(db),
    ...apiKeyRecords(db),
    ...sessionRecords(db),
    ...webhookRecords(db),
    ...secretRecords(db, keys),
    ...sealedRecords(db, keys),
    ...subscriptionRecords(db),
    ...eventTypeRecords(db),
    ...eventRecords(db, keys),
    ...callRecords(db, keys),
    ...deliveryRecords(db, keys),
    ...attemptRecords(db, keys),
    ...queueRecords(db, keys),
    ...replayRecords(db),
    ...sourceRecords(db),
    ...auditRecords(db),
    ...responseRecords(db),
    ...statisticsRecords(db, keys),
    ...instanceRecords(db, keys),
  }
}
