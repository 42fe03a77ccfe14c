// Owns the calls of the storage that are not configuration or lists, put together for one node.
import type { Pool } from 'pg'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { StorageCalls } from '../interface/forwarding-storage.ts'
import type { StreamStorage } from '../interface/stream-storage.ts'
import type { Records } from '../queries/records.ts'
import { AcceptEvents } from './accept/accept-events.ts'
import { findTrackedCalls } from './accept/advance-calls.ts'
import { EventInserter } from './accept/insert-events.ts'
import { ClaimDue } from './claim/claim-due.ts'
import { FindBacklog } from './claim/find-backlog.ts'
import { loadEnvelopes } from './claim/load-envelopes.ts'
import { nextDueAt } from './claim/next-due-at.ts'
import { pullCalls } from './claim/pull-calls.ts'
import { RescueDeliveries } from './claim/rescue-deliveries.ts'
import type { ErasureNotices } from './nodes/erasure-notices.ts'
import { InDoubtLeases } from './nodes/in-doubt-leases.ts'
import { OwnLeases } from './nodes/leases.ts'
import { leasingCalls } from './nodes/leasing-calls.ts'
import { listNodes } from './nodes/list-nodes.ts'
import type { NodeHeartbeat } from './nodes/node-heartbeat.ts'
import type { Notices } from './nodes/notices.ts'
import { DisableWebhook } from './record/disable-webhook.ts'
import { EvaluateWebhooks } from './record/evaluate-webhooks.ts'
import { FoldStatistics } from './record/fold-statistics.ts'
import { RecordAttempts } from './record/record-attempts.ts'
import { measureStorage, noteStorageSize } from './record/storage-size.ts'
import { DropDays } from './remove/drop-days.ts'
import { endOrphanedDeliveries } from './remove/end-orphaned-deliveries.ts'
import { EraseCall } from './remove/erase-call.ts'
import { newestTrace } from './remove/newest-trace.ts'
import { PruneEvents } from './remove/prune-events.ts'
import { RemoveDeletedWebhooks } from './remove/remove-deleted-webhooks.ts'
import { AdvanceReplay } from './replay/advance-replay.ts'
import { DeliveryIds } from './schema/day.ts'
import { Session } from './wire/session.ts'

export type HotCalls = Omit<StorageCalls, keyof (Records & StreamStorage)>

export interface HotCallsDependencies {
  readonly pool: Pool
  readonly node: string
  readonly notices: Pick<Notices, 'sayDue' | 'sayPulled'>
  readonly heartbeat: Pick<NodeHeartbeat, 'isSteady' | 'nodes' | 'clockOffset'>
  readonly erasures: ErasureNotices
  readonly random: Random
  readonly clock: Clock
}

export function hotCalls({ pool, node, notices, heartbeat, erasures, random, clock }: HotCallsDependencies): HotCalls {
  const session = new Session(pool)
  const now = () => clock.now() + heartbeat.clockOffset()
  const isSteady = () => heartbeat.isSteady()
  const nodes = () => heartbeat.nodes()
  const ids = new DeliveryIds(random)
  const inDoubt = new InDoubtLeases(pool, clock)
  const inserter = new EventInserter(node)
  const disable = new DisableWebhook(random)
  const evaluateWebhooks = new EvaluateWebhooks({ pool, inserter, disable, ids })
  const leasing = leasingCalls({
    session,
    evaluateWebhooks,
    leases: new OwnLeases(node),
    inDoubt,
    acceptEvents: new AcceptEvents(pool, now, inserter, ids),
    recordAttempts: new RecordAttempts({ pool, now, inserter, disable, ids }),
    claimDue: new ClaimDue(pool, node),
    rescueDeliveries: new RescueDeliveries({ pool, node, isSteady, nodes }),
  })
  const advanceReplay = new AdvanceReplay(pool, clock, ids)
  const foldStatistics = new FoldStatistics(pool)
  const findBacklog = new FindBacklog(pool)
  const pruneEvents = new PruneEvents(pool, clock, new DropDays(pool))
  const eraseCall = new EraseCall({ pool, clock, node, erasures })
  const removeDeletedWebhooks = new RemoveDeletedWebhooks(pool)
  const { telling, overflows } = tellers(notices)
  return {
    ...pullCalls(pool),
    acceptEvents: (requests, offer) => telling(leasing.acceptEvents(requests, offer), overflows),
    recordAttempts: (results, offer) => telling(leasing.recordAttempts(results, offer), overflows),
    claimDue: async (offer, at) => {
      await inDoubt.reclaim(at)
      return leasing.claimDue(offer, at)
    },
    releaseDeliveries: (given, dueAt) => telling(leasing.releaseDeliveries(given, dueAt), () => given.length > 0),
    rescueDeliveries: (at, all) => telling(leasing.rescueDeliveries(at, all), (count) => count > 0),
    findTrackedCalls: (sought) => findTrackedCalls(session, sought),
    loadEnvelopes: (deliveries) => loadEnvelopes(session, deliveries),
    nextDueAt: () => nextDueAt(session),
    countReplay: (scope, walk) => advanceReplay.count(scope, walk),
    advanceReplay: (replay, bounds, at) => telling(advanceReplay.run(replay, bounds, at), ({ queued }) => queued > 0),
    runningReplays: (limit) => advanceReplay.running(limit),
    listWebhooksToEvaluate: (failingMsMin, after, limit) => evaluateWebhooks.list(failingMsMin, after, limit),
    writeVerdict: (verdict, offer) => telling(leasing.writeVerdict(verdict, offer), overflows),
    endOrphanedDeliveries: (limit, at) => endOrphanedDeliveries(pool, limit, at),
    foldStatistics: (bounds) => foldStatistics.run(bounds),
    findBacklog: (query) => findBacklog.run(query),
    measureStorage: () => measureStorage(session),
    noteStorageSize: (at) => noteStorageSize(session, at),
    listNodes: () => listNodes(session, node),
    newestTrace: () => newestTrace(session),
    pruneEvents: (request) => pruneEvents.run(request),
    eraseCall: (request) => eraseCall.run(request),
    removeDeletedWebhooks: (limit, at) => removeDeletedWebhooks.run(limit, at),
    // What was erased leaves the log and the pages as PostgreSQL goes on writing them: docs/operate/postgresql.md.
    truncateLog: async () => true,
    writesOfOthers: async () => 0,
  }
}

/** What tells every node that this one has queued what it has no capacity for itself, or what consumers on any node may fetch. */
function tellers(notices: HotCallsDependencies['notices']) {
  return {
    async telling<T>(call: Promise<T>, isDue: (result: T) => boolean): Promise<T> {
      const result = await call
      if (isDue(result)) notices.sayDue()
      return result
    },
    overflows({ overflow, pulled }: { readonly overflow: number; readonly pulled: readonly string[] }): boolean {
      notices.sayPulled(pulled)
      return overflow > 0
    },
  }
}
