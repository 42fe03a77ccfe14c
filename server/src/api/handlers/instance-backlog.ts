// Owns what waits in the whole installation, and for each of the webhooks with most. Must never look at more rows than it says.
import type { InstanceBacklog, WebhookBacklog } from '@timbre/contract/instance.ts'
import { drainSeconds } from '../../insight/statistics/backlog-outlook.ts'
import type { BucketQuery, QueuedOfWebhook } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { isoTimeOrNull } from '../present/iso-time.ts'
import { paceOf, readBacklog } from './read-backlog.ts'

/** Of what is queued: some 0.2 s of a connection that only reads. */
const ROWS_MAX = 100_000
const WEBHOOKS_SHOWN = 20

/** @param whole in which buckets all workspaces are counted together */
export async function instanceBacklog(
  api: Api,
  whole: Pick<BucketQuery, 'workspaceId' | 'webhookId'>,
): Promise<InstanceBacklog> {
  const { storage, clock } = api
  const now = clock.now()
  const { oldestCreatedAt, ...queuedBy } = await storage.countQueued(now, ROWS_MAX)
  const queued = Object.values(queuedBy).reduce((sum, count) => sum + count, 0)
  const dueAt = await storage.nextDueAt()
  // What waits for a person or a consumer is not ours to send.
  const pending = queued - queuedBy.consumer - queuedBy.webhookInactive
  const pace = await paceOf(api, whole, now)
  return {
    queued,
    queuedIsExact: queued < ROWS_MAX,
    queuedBy,
    oldestPendingAt: isoTimeOrNull(oldestCreatedAt),
    oldestDueAt: isoTimeOrNull(dueAt !== null && dueAt <= now ? dueAt : null),
    drainSeconds: drainSeconds({ pending, waiting: pending, ...pace, rateLimitPerSecond: null }),
    webhooks: await webhookBacklogs(api, now),
  }
}

async function webhookBacklogs(api: Api, now: number): Promise<WebhookBacklog[]> {
  const found = await api.storage.listBacklogs(ROWS_MAX, WEBHOOKS_SHOWN)
  const shown = await Promise.all(found.map((one) => webhookBacklog(api, one, now)))
  return shown.filter((one) => one !== undefined)
}

/** undefined: it was deleted, and what it has queued ends soon. */
async function webhookBacklog(
  api: Api,
  { workspaceId, webhookId }: QueuedOfWebhook,
  now: number,
): Promise<WebhookBacklog | undefined> {
  const { storage } = api
  const [webhook, workspace] = await Promise.all([
    storage.findWebhook(workspaceId, webhookId),
    storage.findWorkspace(workspaceId),
  ])
  if (webhook === undefined) return undefined
  const { url, isActive, disabledReason, failingSince } = webhook
  return {
    workspaceId,
    workspaceName: workspace?.name ?? '',
    webhookId,
    url,
    isActive,
    disabledReason,
    failingSince: isoTimeOrNull(failingSince),
    backlog: await readBacklog(api, workspaceId, webhook, now),
  }
}
