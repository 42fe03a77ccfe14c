// Owns the times that cross between this node and the tables, when its clock is wrong: what it gives is in its own time, what is kept
// is in the database's, so that no lease of it ends too early for the others, and it takes none of theirs too early.
// Must never cost anything where the clocks agree.
import type { StorageCalls } from '../forwarding-storage.ts'
import type { AcceptRequest, AttemptResult, LeaseOffer, NewEvent } from '../storage.ts'

/** @param offset milliseconds from the node's time to the database's; 0: they agree */
export function inDatabaseTime(calls: StorageCalls, offset: () => number): StorageCalls {
  /** A moment in the node's time, in that of the database. */
  const at = (time: number) => time + offset()
  const offered = (offer: LeaseOffer) => moved(offset(), offer, (ms) => ({ ...offer, until: offer.until + ms }))
  return {
    ...calls,
    acceptEvents: (requests, offer) =>
      calls.acceptEvents(
        moved(offset(), requests, (ms) => requests.map((request) => acceptedLater(request, ms))),
        offered(offer),
      ),
    recordAttempts: (results, offer) =>
      calls.recordAttempts(
        moved(offset(), results, (ms) => results.map((result) => endedLater(result, ms))),
        offered(offer),
      ),
    claimDue: (offer, now) => calls.claimDue(offered(offer), at(now)),
    releaseDeliveries: (leases, dueAt) => calls.releaseDeliveries(leases, at(dueAt)),
    rescueDeliveries: (now, all) => calls.rescueDeliveries(at(now), all),
    nextDueAt: async () => {
      const dueAt = await calls.nextDueAt()
      return dueAt === null ? null : dueAt - offset()
    },
    advanceReplay: (replay, bounds, now) => calls.advanceReplay(replay, bounds, at(now)),
    writeVerdict: (verdict, offer) =>
      calls.writeVerdict(
        moved(offset(), verdict, (ms) => ({
          ...verdict,
          now: verdict.now + ms,
          announce: eventLater(verdict.announce, ms),
        })),
        offered(offer),
      ),
    endOrphanedDeliveries: (limit, now) => calls.endOrphanedDeliveries(limit, at(now)),
    pruneAnswers: (now, limit) => calls.pruneAnswers(at(now), limit),
    wipeExpiredSecrets: (now, limit) => calls.wipeExpiredSecrets(at(now), limit),
    retryDelivery: (workspaceId, webhookId, id, context) =>
      calls.retryDelivery(workspaceId, webhookId, id, { ...context, now: at(context.now) }),
    eraseCall: (request) => calls.eraseCall({ ...request, now: at(request.now) }),
  }
}

/** The value itself where there is nothing to move. */
function moved<T>(ms: number, value: T, move: (ms: number) => T): T {
  return ms === 0 ? value : move(ms)
}

function acceptedLater(request: AcceptRequest, ms: number): AcceptRequest {
  return { ...request, events: request.events.map((event) => eventLater(event, ms)) }
}

/** Its `createdAt` is the publisher's, or part of what was signed: it stays. */
function eventLater(event: NewEvent, ms: number): NewEvent {
  return { ...event, acceptedAt: event.acceptedAt + ms }
}

function endedLater(result: AttemptResult, ms: number): AttemptResult {
  const { attempt, nextAttemptAt, announce } = result
  return {
    ...result,
    attempt: { ...attempt, startedAt: attempt.startedAt + ms },
    nextAttemptAt: nextAttemptAt === null ? null : nextAttemptAt + ms,
    announce: announce.map((event) => eventLater(event, ms)),
  }
}
