// Owns the checks of what is removed: an erasure takes everything of its call and nothing else, and says truly what it took; the
// pruner takes what is old and has ended.
import type { EraseRequest, EraseResult, PruneRequest } from '@timbre/server/storage/storage.ts'
import type { Ledger } from '../ledger.ts'
import type { RemovedRows } from '../stored-events.ts'

const DAY_MS = 24 * 3_600_000
/** So far ahead of the time that has passed a clock is followed. */
const STEP_MS_MAX = 3_600_000

export function checkErasure(
  { trace, events, deliveries }: Ledger,
  { workspaceId, callId }: EraseRequest,
  { removed: said, leased, isDone }: EraseResult,
  removed: RemovedRows,
): void {
  const left = events.ofCall(workspaceId, callId)
  if (isDone && left.length > 0) trace.violate(`the erasure of ${callId} is over, and ${left[0]?.id} is left`)
  if (said.events !== removed.events.length || said.deliveries !== removed.deliveries.length) {
    const { length } = removed.deliveries
    trace.violate(`an erasure said ${said.events} events and ${said.deliveries} deliveries; ${length} are gone`)
  }
  if (!isDone)
    for (const history of deliveries.values())
      if (history.workspaceId === workspaceId && history.callId === callId) history.mayLackAttempts = true
  const told = new Set(leased)
  for (const { id, status } of removed.deliveries) {
    if (status === 'sending' && !told.has(id)) trace.violate(`${id} was erased under a lease that nobody is told of`)
  }
}

export function checkPruned(
  { trace, clock, swarm, startedAt }: Ledger,
  { now }: PruneRequest,
  { events, deliveries }: RemovedRows,
): void {
  const retentionMs = swarm.retentionDays * DAY_MS
  for (const { id, status } of deliveries) {
    if (status === 'queued' || status === 'sending') trace.violate(`${id} was pruned although it is ${status}`)
  }
  for (const { id, acceptedAt, at, jumpedBackMs } of events) {
    if (acceptedAt >= now - retentionMs) trace.violate(`${id} was pruned and is not old`)
    // What this process has accepted itself, it knows the age of, whatever the wall shows.
    const ageMs = clock.monotonic() - at
    if (at < startedAt || jumpedBackMs !== clock.jumpedBackMs || ageMs >= retentionMs - STEP_MS_MAX) continue
    trace.violate(`${id} was pruned ${Math.round(ageMs / 60_000)} minutes after it was accepted: the clock was wrong`)
  }
}
