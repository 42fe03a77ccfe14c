// Owns the examples of what an operator sees of an installation.

const AT = '2025-08-19T16:00:00.000Z'
const WORKSPACE_ID = '01990f2e-4300-7a20-8b3c-1e5f7d0a9b2c'

const InstanceNode = {
  id: '01990f2e-bd50-7157-a263-a0c3e5f6b7d9',
  isThis: true,
  isLive: true,
  startedAt: '2025-08-12T08:30:00.000Z',
  seenAt: AT,
}
const StorageUse = {
  backend: 'sqlite',
  bytes: 5_368_709_120,
  freeBytes: 42_949_672_960,
  bytesPerDay: 268_435_456,
  measuredSince: '2025-08-12T16:00:00.000Z',
  daysLeft: 160,
}
const InstanceSetting = {
  name: 'TIMBRE_RETENTION_DAYS',
  value: '30',
  isDefault: true,
  isSecret: false,
  unit: 'days',
  help: 'Events are kept this long, with their deliveries, where the workspace does not say otherwise; 0: for ever',
}
const CauseCount = {
  cause: 'status_5xx',
  count: 12,
  message: 'The receiver fails itself (5xx).',
  advice: 'Look at its log, and at the proxy before it. Any 2xx counts as success.',
}
const QueuedBy = { due: 0, retry: 42, schedule: 0, callOrder: 3, consumer: 0, webhookInactive: 5 }
const BusyWorkspace = { id: WORKSPACE_ID, name: 'Acme', deliveriesSucceeded: 9210, deliveriesFailed: 3 }

/** @param parts what the example of a webhook, of statistics and of a backlog is elsewhere in the document */
export function instanceExamples(parts: {
  readonly webhookId: string
  readonly url: string
  readonly counts: object
  readonly bucket: object
  readonly backlog: object
}) {
  const WebhookBacklog = {
    workspaceId: WORKSPACE_ID,
    workspaceName: 'Acme',
    webhookId: parts.webhookId,
    url: parts.url,
    isActive: true,
    disabledReason: null,
    failingSince: '2025-08-19T14:20:00.000Z',
    backlog: parts.backlog,
  }
  return {
    Instance: {
      version: '0.1.0',
      startedAt: InstanceNode.startedAt,
      warnings: [],
      nodes: [InstanceNode],
      storage: StorageUse,
      settings: [InstanceSetting],
    },
    InstanceNode,
    StorageUse,
    InstanceSetting,
    InstanceStatistics: {
      bucket: '1h',
      since: AT,
      until: '2025-08-19T17:00:00.000Z',
      total: parts.counts,
      buckets: [parts.bucket],
      causes: [CauseCount],
    },
    CauseCount,
    InstanceBacklog: {
      queued: 50,
      queuedIsExact: true,
      queuedBy: QueuedBy,
      oldestPendingAt: '2025-08-19T14:20:00.000Z',
      oldestDueAt: null,
      drainSeconds: 15,
      webhooks: [WebhookBacklog],
    },
    QueuedBy,
    WebhookBacklog,
    BusyWorkspaces: { since: AT, data: [BusyWorkspace] },
    BusyWorkspace,
  }
}
