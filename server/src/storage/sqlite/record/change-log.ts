// Owns the log of changes of deliveries in SQLite: what a transaction has changed is written by it, and read in the order of the rows.
// One connection writes, so that the order of the rows is the order of the commits.
import type { DatabaseSync } from 'node:sqlite'
import type { ChangePage, ChangePosition, ChangeStart } from '../../interface/stream-storage.ts'
import { CHANGES_KEPT_MS, WHOLE_ROW } from '../../interface/stream-storage.ts'
import type { ChangeBatch, ChangePlace } from '../../shared/change-batch.ts'
import {
  type ChangedDelivery,
  changeOf,
  changeStart,
  changesBehind,
  type LogRow,
  PAGE_ROWS_MAX,
} from '../../shared/change-pages.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { IdNumbers, numberOf } from '../schema/id-numbers.ts'

const INSERT = 'INSERT INTO delivery_changes (workspace, at, entries) VALUES (?, ?, ?)'

/** The number of a row may be given again when the newest is erased: the end of its id tells. */
export function changePlace(seq: number, id: string): ChangePlace {
  return [seq, id.slice(-8)]
}

/** The newest row stays, so that no number is given twice. */
export const PRUNE_CHANGES = `
DELETE FROM delivery_changes WHERE seq IN (SELECT seq FROM delivery_changes ORDER BY seq LIMIT ?) AND at < ?
  AND seq < (SELECT max(seq) FROM delivery_changes)`

export class ChangeLog {
  readonly #numbers: IdNumbers
  readonly #insert: Statement<never>
  readonly #prune: Statement<never>

  constructor(db: DatabaseSync) {
    this.#numbers = new IdNumbers(db)
    this.#insert = prepare(db, INSERT)
    this.#prune = prepare(db, PRUNE_CHANGES)
  }

  /** Must run inside the transaction that made the changes. */
  write(batch: ChangeBatch, now: number): void {
    for (const { workspaceId, entries } of batch.rows()) this.#insert.run(this.#numbers.of(workspaceId), now, entries)
  }

  /** See StreamStorage.pruneChanges. */
  prune(now: number, limit: number): number {
    return Number(this.#prune.run(limit, now - CHANGES_KEPT_MS).changes)
  }
}

const OF_WORKSPACE = `FROM delivery_changes INDEXED BY delivery_changes_of_workspace WHERE workspace = ${numberOf('?')}`

export const CHANGES_BEHIND = `SELECT 0 AS tx, seq, at, entries ${OF_WORKSPACE} AND seq >= ? ORDER BY seq LIMIT ?`
export const FIRST_CHANGES = `SELECT 0 AS tx, seq, at ${OF_WORKSPACE} ORDER BY seq LIMIT 1`
export const LAST_CHANGES = `SELECT 0 AS tx, seq, at ${OF_WORKSPACE} ORDER BY seq DESC LIMIT 1`
export const OWN_CHANGES = `SELECT 0 AS tx, seq, at ${OF_WORKSPACE} AND seq = ?`

/** Columns of the entry: place, end of the id, attempts. */
export const CHANGED_DELIVERIES = `
SELECT c.key AS nth, d.seq, d.id, h.id AS webhookId, s.id AS subscriptionId, e.id AS eventId, d.event_key AS eventKey,
  d.created_at AS createdAt, a.error AS lastError, a.response_status AS responseStatus
FROM json_each(?) c
  CROSS JOIN delivery_rows d ON d.seq = c.value ->> 0
  LEFT JOIN ids h ON h.number = d.webhook LEFT JOIN ids s ON s.number = d.subscription
  LEFT JOIN event_rows e ON e.seq = d.event_seq
  LEFT JOIN attempt_rows a ON a.delivery_seq = d.seq AND a.number = c.value ->> 2
WHERE d.workspace = ${numberOf('?')} AND substr(d.id, -8) = c.value ->> 1`

/** On its own connection, or on that which writes. */
export class ChangeReader {
  readonly #behind: Statement<LogRow>
  readonly #first: Statement<LogRow>
  readonly #last: Statement<LogRow>
  readonly #own: Statement<LogRow>
  readonly #deliveries: Statement<ChangedDelivery & { readonly nth: number }>

  constructor(db: DatabaseSync) {
    this.#behind = prepare(db, CHANGES_BEHIND)
    this.#first = prepare(db, FIRST_CHANGES)
    this.#last = prepare(db, LAST_CHANGES)
    this.#own = prepare(db, OWN_CHANGES)
    this.#deliveries = prepare(db, CHANGED_DELIVERIES)
  }

  /** See StreamStorage.locateChanges. */
  locate(workspaceId: string, after: ChangePosition | null, now: number): ChangeStart {
    const first = this.#first.get(workspaceId)
    const last = this.#last.get(workspaceId)
    const own = after === null ? undefined : this.#own.get(workspaceId, after.seq)
    return changeStart(after, { first, last, own }, now)
  }

  /** See StreamStorage.listChanges. */
  list(workspaceId: string, after: ChangePosition, limit: number): ChangePage {
    const from = after.nth === WHOLE_ROW ? after.seq + 1 : after.seq
    const rows = this.#behind.all(workspaceId, from, PAGE_ROWS_MAX)
    const found = changesBehind(after, rows, limit)
    const wanted = found.map(({ entry: [place, end, , attempts] }) => [place, end, attempts])
    const deliveries = new Map<number, ChangedDelivery>()
    for (const { nth, ...delivery } of this.#deliveries.all(JSON.stringify(wanted), workspaceId))
      deliveries.set(nth, delivery)
    const changes = found.map((change, nth) => changeOf(change, deliveries.get(nth)))
    return { changes, isMore: changes.length === limit || rows.length === PAGE_ROWS_MAX }
  }
}
