// Owns the order of the deliveries of one call to one webhook (CONTRACT §2, Webhook, `ordering`).
//
// A delivery that has not had its turn has awaits_turn = 1, and next_attempt_at = null while it is unknown when its
// turn comes. A null keeps it out of the index of due rows, so that a blocked row costs a claim nothing. Its turn is
// given by the end of an earlier one (`advance`), or known in advance once all earlier ones have failed and hold it
// for a limited time only (held_until). At most one of a call awaits a known turn: it holds back those after it.
// Must run inside the transaction that changes a delivery of the call.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'
import { numberOf } from '../schema/id-numbers.ts'

export interface Call {
  readonly workspaceId: string
  readonly webhookId: string
  readonly orderKey: string
}

interface UnfinishedRow {
  readonly seq: number
  readonly awaitsTurn: number
  readonly heldUntil: number | null
}

export const UNFINISHED_OF_CALL = `
SELECT seq, awaits_turn AS awaitsTurn, held_until AS heldUntil FROM delivery_rows INDEXED BY delivery_rows_in_call
WHERE workspace = ${numberOf('?')} AND webhook = ${numberOf('?')} AND order_key = ? AND status IN ('queued', 'sending')
ORDER BY seq`

export class CallOrder {
  readonly #unfinished: Statement<UnfinishedRow>
  readonly #giveTurn: Statement<never>

  constructor(db: DatabaseSync) {
    this.#unfinished = prepare(db, UNFINISHED_OF_CALL)
    this.#giveTurn = prepare(db, 'UPDATE delivery_rows SET next_attempt_at = ? WHERE seq = ?')
  }

  /** When a delivery that is added to the call now may be sent: 0 for at once, null for not known yet. */
  turnOfNext(call: Call): number | null {
    let turn = 0
    for (const { awaitsTurn, heldUntil } of this.#inOrder(call)) {
      if (awaitsTurn === 1 || heldUntil === null) return null
      turn = Math.max(turn, heldUntil)
    }
    return turn
  }

  /**
   * Gives the next one of the call its turn, after an earlier one has ended or failed.
   * @returns 1 when one is due now because of it, else 0
   */
  advance(call: Call, now: number): number {
    let turn = now
    for (const { seq, awaitsTurn, heldUntil } of this.#inOrder(call)) {
      if (awaitsTurn === 1) {
        this.#giveTurn.run(turn, seq)
        return turn <= now ? 1 : 0
      }
      if (heldUntil === null) return 0
      turn = Math.max(turn, heldUntil)
    }
    return 0
  }

  /** Read row by row: a call that repeats one id without end must not be read to its end. */
  #inOrder({ workspaceId, webhookId, orderKey }: Call): Iterable<UnfinishedRow> {
    return this.#unfinished.iterate(workspaceId, webhookId, orderKey)
  }
}
