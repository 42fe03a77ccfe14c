// Owns the calls of consumers that pull, put together.
import type { Pool } from 'pg'
import type { PullStorage } from '../../storage.ts'
import { Session } from '../wire/session.ts'
import { listDuePulls, peekPull } from './peek-pull.ts'
import { PullLeases } from './pull-leases.ts'

export function pullCalls(pool: Pool): PullStorage {
  const session = new Session(pool)
  const leases = new PullLeases(pool)
  return {
    peekPull: (request, now) => peekPull(session, request, now),
    listDuePulls: (webhooks, now) => listDuePulls(session, webhooks, now),
    leasePulled: (wanted, leasesMax, now) => leases.lease(wanted, leasesMax, now),
    listPullLeases: (workspaceId, webhookId) => leases.list(workspaceId, webhookId),
    extendPullLease: (lease, until, now) => leases.extend(lease, until, now),
    releasePulled: (released, dueAt) => leases.release(released, dueAt),
    listEndedPullLeases: (now, limit) => leases.ended(now, limit),
  }
}
