// Owns what an operator sees of an installation as a whole: what waits where, who sends most, why attempts fail, how the storage
// grows, who runs, and which settings hold. Must never hold a secret: of a secret setting only where it came from.
import Type from 'typebox'
import { Nullable, Words } from './schema.ts'
import { Backlog, BUCKET_SIZES, StatisticsBucket, StatisticsCounts } from './statistics.ts'
import { DISABLED_REASONS } from './webhook.ts'
import { FAILURE_CAUSES } from './webhook-health.ts'

const At = (description: string) => Type.String({ format: 'date-time', description })
const AtOrNull = (description: string) => Nullable(Type.String({ format: 'date-time' }), { description })
const Id = (description: string) => Type.String({ format: 'uuid', description })
const Total = (description: string) => Type.Integer({ minimum: 0, description })

export const STORAGE_BACKENDS = ['sqlite', 'postgres'] as const
export type StorageBackend = (typeof STORAGE_BACKENDS)[number]

export const InstanceNode = Type.Object({
  id: Nullable(Type.String(), { description: 'Its id among the nodes of one database; null: there is only this one' }),
  isThis: Type.Boolean({ description: 'Whether it gave this response' }),
  isLive: Type.Boolean({ description: 'false: the others have not heard of it for 15 s, and reclaim what it held' }),
  startedAt: At('When it joined'),
  seenAt: At('When it was last heard of'),
})
export type InstanceNode = Type.Static<typeof InstanceNode>

export const StorageUse = Type.Object({
  backend: Words(STORAGE_BACKENDS, { description: 'Where everything is kept' }),
  bytes: Total('How large the database is, without what it has free inside'),
  freeBytes: Nullable(Type.Integer({ minimum: 0 }), {
    description:
      'How much more it can take: the free disk, and what the file has free inside; on PostgreSQL what is left of `TIMBRE_DATABASE_CAPACITY_GB`; null: that is not given',
  }),
  bytesPerDay: Nullable(Type.Integer(), {
    description:
      'How much it grew in a day, since `measuredSince`; less than 0: it shrank; null: it is measured for less than an hour',
  }),
  measuredSince: AtOrNull('When the first of the measurements was taken, at most 7 days ago; null: there is none'),
  daysLeft: Nullable(Type.Number({ minimum: 0 }), {
    description: 'Days until nothing is free, at this pace; null: it does not grow, or one of both is not known',
  }),
})
export type StorageUse = Type.Static<typeof StorageUse>

export const InstanceSetting = Type.Object({
  name: Type.String({ description: 'The name of the environment variable' }),
  value: Nullable(Type.String(), {
    description: 'What holds; of a secret only where it came from; null: nothing was given, and there is no default',
  }),
  isDefault: Type.Boolean({ description: 'Whether nothing was given' }),
  isSecret: Type.Boolean({ description: 'Whether it is never shown' }),
  unit: Type.String({ description: 'In what it is given, in the language of the reader' }),
  help: Type.String({ description: 'What it does, in the language of the reader' }),
})
export type InstanceSetting = Type.Static<typeof InstanceSetting>

export const Instance = Type.Object({
  version: Type.String({ description: 'Of the node that gave this response' }),
  startedAt: At('When that node started'),
  warnings: Type.Array(Type.String(), { description: 'What the operator has to see to before it does harm' }),
  nodes: Type.Array(InstanceNode, { description: 'Those of the last day, the living first' }),
  storage: StorageUse,
  settings: Type.Array(InstanceSetting, { description: 'Of the node that gave this response' }),
})
export type Instance = Type.Static<typeof Instance>

export const CauseCount = Type.Object({
  cause: Words(FAILURE_CAUSES, { description: 'Why they failed' }),
  count: Total('Attempts that failed so'),
  message: Type.String({ description: 'What happens' }),
  advice: Type.String({ description: 'What to do' }),
})
export type CauseCount = Type.Static<typeof CauseCount>

export const InstanceStatistics = Type.Object({
  bucket: Words(BUCKET_SIZES, { description: 'How wide a bucket is' }),
  since: At('The beginning of the first bucket, no earlier than what is kept; included'),
  until: At('The end of the last bucket; not included'),
  total: StatisticsCounts,
  buckets: Type.Array(StatisticsBucket, {
    description: 'Oldest first; a bucket in which nothing happened is left out',
  }),
  causes: Type.Array(CauseCount, { description: 'Why attempts failed, the most frequent first' }),
})
export type InstanceStatistics = Type.Static<typeof InstanceStatistics>

export const WebhookBacklog = Type.Object({
  workspaceId: Id('Its workspace'),
  workspaceName: Type.String({ description: 'What that is called' }),
  webhookId: Id('The webhook'),
  url: Type.String({ description: 'Where it sends to' }),
  isActive: Type.Boolean({ description: 'false: what is queued waits until it is enabled' }),
  disabledReason: Nullable(Words(DISABLED_REASONS), { description: 'Why the service disabled it; null: it did not' }),
  failingSince: AtOrNull('Since when no attempt has succeeded; null: the last one did'),
  backlog: Backlog,
})
export type WebhookBacklog = Type.Static<typeof WebhookBacklog>

export const QueuedBy = Type.Object({
  due: Total('To be sent now: no node has capacity for them'),
  retry: Total('Failed before, for the time of the next attempt'),
  schedule: Total('Never tried, for the first time of the schedule'),
  callOrder: Total('For an earlier one of their call'),
  consumer: Total('For a consumer that pulls'),
  webhookInactive: Total('For their webhook to be enabled'),
})
export type QueuedBy = Type.Static<typeof QueuedBy>

export const InstanceBacklog = Type.Object({
  queued: Total('Deliveries that wait'),
  queuedIsExact: Type.Boolean({ description: 'false: there are more than were looked at' }),
  queuedBy: QueuedBy,
  oldestPendingAt: AtOrNull('When the oldest was made that waits to be sent; null: none does'),
  oldestDueAt: AtOrNull('When the first was due that is due and not sent yet; null: none is due'),
  drainSeconds: Nullable(Type.Integer({ minimum: 0 }), {
    description:
      'How long what waits to be sent takes at the pace of the last five minutes; null: nothing ended in that time',
  }),
  webhooks: Type.Array(WebhookBacklog, { description: 'Those with most that waits, the most first' }),
})
export type InstanceBacklog = Type.Static<typeof InstanceBacklog>

export const BusyWorkspace = Type.Object({
  id: Id('The workspace'),
  name: Type.String({ description: 'What it is called' }),
  deliveriesSucceeded: Total('Deliveries that ended in success'),
  deliveriesFailed: Total('Deliveries that ended in failure'),
})
export type BusyWorkspace = Type.Static<typeof BusyWorkspace>

export const BusyWorkspaces = Type.Object({
  since: At('The beginning of the hour before this one'),
  data: Type.Array(BusyWorkspace, { description: 'Those with most deliveries that ended since then, the most first' }),
})
export type BusyWorkspaces = Type.Static<typeof BusyWorkspaces>
