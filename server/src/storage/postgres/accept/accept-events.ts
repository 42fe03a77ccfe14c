// Owns the accepting transaction: requests in, rows and results out, a few statements and one fsync for the whole batch.
import type { Pool } from 'pg'
import { refuseHalf } from '../../shared/accept-rules.ts'
import type { AcceptEventsResult, AcceptRequest, AcceptResult, LeaseOffer } from '../../storage.ts'
import type { DeliveryIds } from '../schema/day.ts'
import type { Session } from '../wire/session.ts'
import { inTransaction } from '../wire/transaction.ts'
import { advanceCalls } from './advance-calls.ts'
import { tellSkipped } from './candidates.ts'
import { InsertBatch } from './insert-batch.ts'
import type { EventInserter } from './insert-events.ts'
import { PublishResponses } from './publish-responses.ts'

const NOTHING = { kind: 'accepted', events: [] } as const
const MOVED = { kind: 'call_moved' } as const

export class AcceptEvents {
  readonly #pool: Pool
  readonly #now: () => number
  readonly #inserter: EventInserter
  readonly #ids: DeliveryIds

  constructor(pool: Pool, now: () => number, inserter: EventInserter, ids: DeliveryIds) {
    this.#pool = pool
    this.#now = now
    this.#inserter = inserter
    this.#ids = ids
  }

  /** See HotStorage.acceptEvents. */
  run(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptEventsResult> {
    return inTransaction(this.#pool, async (session) => {
      const batch = new InsertBatch(offer, this.#ids)
      const results = await this.#accept(session, requests, batch)
      return { results, leased: batch.leased, overflow: batch.overflow, pulled: [...batch.pulled] }
    })
  }

  async #accept(session: Session, requests: readonly AcceptRequest[], batch: InsertBatch): Promise<AcceptResult[]> {
    const responses = await PublishResponses.claim(session, requests, this.#now())
    const moved = await advanceCalls(session, requests)
    const fresh = requests.filter((request) => responses.isFirst(request) && !moved.has(request))
    const inserted = await tellSkipped(session, fresh, await this.#inserter.insert(session, fresh, batch))
    const results = new Map(fresh.map((request, nth) => [request, inserted[nth] ?? NOTHING]))
    await responses.save(session, results)
    for (const [request, result] of results) refuseHalf(request, result)
    return requests.map((request) => (moved.has(request) ? MOVED : responses.resultOf(request, results)))
  }
}
