// Owns the calls of consumers that pull, put together.
import type { DatabaseSync } from 'node:sqlite'
import type { PullStorage } from '../../storage.ts'
import { PeekPull } from './peek-pull.ts'
import { PullLeases } from './pull-leases.ts'

export function pullCalls(db: DatabaseSync): PullStorage {
  const peek = new PeekPull(db)
  const leases = new PullLeases(db)
  return {
    peekPull: async (request, now) => peek.run(request, now),
    listDuePulls: async (webhooks, now) => peek.listDue(webhooks, now),
    leasePulled: async (wanted, leasesMax, now) => leases.lease(wanted, leasesMax, now),
    listPullLeases: async (workspaceId, webhookId) => leases.list(workspaceId, webhookId),
    extendPullLease: async (lease, until, now) => leases.extend(lease, until, now),
    releasePulled: async (released, dueAt) => leases.release(released, dueAt),
    listEndedPullLeases: async (now, limit) => leases.ended(now, limit),
  }
}
