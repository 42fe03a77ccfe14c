// Owns the accepting transaction: requests in, rows and answers out, a few statements and one fsync for the whole batch.
import type { Pool } from 'pg'
import type { AcceptAnswer, AcceptedRow, AcceptRequest, AcceptResult, LeaseOffer } from '../storage.ts'
import type { DeliveryIds } from './day.ts'
import { InsertBatch } from './insert-batch.ts'
import type { EventInserter } from './insert-events.ts'
import { PublishAnswers } from './publish-answers.ts'
import type { Session } from './session.ts'
import { inTransaction } from './transaction.ts'

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
  run(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptAnswer> {
    return inTransaction(this.#pool, async (session) => {
      const batch = new InsertBatch(offer, this.#ids)
      const results = await this.#accept(session, requests, batch)
      return { results, leased: batch.leased, overflow: batch.overflow }
    })
  }

  async #accept(session: Session, requests: readonly AcceptRequest[], batch: InsertBatch): Promise<AcceptResult[]> {
    const answers = await PublishAnswers.claim(session, requests, this.#now())
    const fresh = requests.filter((request) => answers.isFirst(request))
    const inserts = fresh.flatMap(({ workspaceId, events }) => events.map((event) => ({ workspaceId, event })))
    const rows = await this.#inserter.insert(session, inserts, batch)
    const accepted = new Map<AcceptRequest, readonly AcceptedRow[]>()
    let start = 0
    for (const request of fresh) {
      accepted.set(request, rows.slice(start, start + request.events.length))
      start += request.events.length
    }
    await answers.save(session, accepted)
    return requests.map((request) => answers.resultOf(request, accepted))
  }
}
