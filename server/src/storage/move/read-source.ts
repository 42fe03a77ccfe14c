// Owns reading everything of the SQLite file in the form that the rows have in PostgreSQL, in batches of bounded size.
// Must never write, and must give the same batches each time it is asked: a move that was killed goes on by them.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DAY_MS } from '../postgres/schema/day.ts'
import { dayOfMovedEvent } from './day-of-moved-event.ts'
import {
  ATTEMPTS,
  columnList,
  DELIVERIES,
  EVENT_IDS,
  EVENTS,
  type MovedRow,
  type MovedTable,
  PLAIN_TABLES,
} from './moved-tables.ts'

export interface MoveBatch {
  readonly parts: readonly { readonly table: MovedTable; readonly rows: readonly MovedRow[] }[]
  readonly rowCount: number
  /** The rowid of the last row, or of the last event. */
  readonly position: number
}

/** What is copied one after another: a plain table each, then the events with all that belongs to them. */
export const STAGES: readonly string[] = [...PLAIN_TABLES.map(({ name }) => name), 'history']

/**
 * When the newest event or delivery is removed, SQLite keeps its number by a row with nothing in it. PostgreSQL keeps its
 * numbers in sequences, so that such a row stays behind.
 */
export const NOT_EMPTIED = `workspace_id <> ''`

/** An event comes with all its deliveries and attempts, so that a batch may be larger by those of one event. */
const ROWS_MAX = 4000
const CHARACTERS_MAX = 4_000_000

export class MoveSource {
  readonly #db: DatabaseSync
  readonly #dueAt: number
  readonly #days: ReadonlySet<number>

  /** @param dueAt milliseconds: when what was being sent is due again */
  constructor(db: DatabaseSync, dueAt: number, days: ReadonlySet<number>) {
    this.#db = db
    this.#dueAt = dueAt
    this.#days = days
  }

  /** @param after the position of the last batch that is not wanted */
  batches(stage: string, after: number): Iterable<MoveBatch> {
    const table = PLAIN_TABLES.find(({ name }) => name === stage)
    return table === undefined ? this.#history(after) : this.#plain(table, after)
  }

  *#plain(table: MovedTable, after: number): Iterable<MoveBatch> {
    const sql = `SELECT ${columnList(table)}, rowid FROM ${table.name} WHERE rowid > ? ORDER BY rowid`
    let rows: MovedRow[] = []
    let characters = 0
    let position = after
    for (const row of rowsOf(arrays(this.#db, sql).iterate(after))) {
      position = Number(row.pop())
      rows.push(row)
      characters += lengthOf(row)
      if (rows.length < ROWS_MAX && characters < CHARACTERS_MAX) continue
      yield { parts: [{ table, rows }], rowCount: rows.length, position }
      rows = []
      characters = 0
    }
    if (rows.length > 0) yield { parts: [{ table, rows }], rowCount: rows.length, position }
  }

  *#history(after: number): Iterable<MoveBatch> {
    const deliveriesOf = arrays(this.#db, DELIVERIES_OF_EVENT)
    const attemptsOf = arrays(this.#db, ATTEMPTS_OF_DELIVERY)
    let batch = new HistoryBatch()
    for (const event of rowsOf(arrays(this.#db, EVENTS_AFTER).iterate(after))) {
      const [, , seq = null] = event
      const deliveries = rowsOf(deliveriesOf.all(seq, this.#dueAt))
      const deliveryIds = deliveries.map((row) => String(row[DELIVERY_ID]))
      const attempts = deliveryIds.flatMap((deliveryId) => [...rowsOf(attemptsOf.all(deliveryId))])
      const day = dayOfMovedEvent(Number(event[ACCEPTED_AT]), deliveryIds, this.#days)
      batch.add(event, deliveries, attempts, day)
      if (!batch.isFull) continue
      yield batch.end()
      batch = new HistoryBatch()
    }
    if (!batch.isEmpty) yield batch.end()
  }
}

/** Days that need a partition: those on which events were accepted, and on which replays made deliveries. */
export function daysOf(db: DatabaseSync): Set<number> {
  const sql = `SELECT DISTINCT accepted_at / ${DAY_MS} FROM events WHERE ${NOT_EMPTIED}
    UNION SELECT DISTINCT created_at / ${DAY_MS} FROM deliveries WHERE ${NOT_EMPTIED}`
  return new Set(rowsOf(arrays(db, sql).all()).map(([day]) => Number(day)))
}

/** The greatest numbers that were given, also to what is gone, and where running replays end. */
export function lastNumbers(db: DatabaseSync): ReadonlyMap<string, number> {
  const greatest = (rows: string) => {
    const found = rowsOf(arrays(db, `SELECT max(seq) FROM (${rows})`).all())
    return Number(found[0]?.[0] ?? 0)
  }
  const walked = 'SELECT walk_end FROM replays'
  return new Map([
    ['events', greatest(`SELECT seq FROM event_rows UNION ALL ${walked}`)],
    ['deliveries', greatest(`SELECT seq FROM delivery_rows UNION ALL ${walked}`)],
    ['audit_entries', greatest('SELECT seq FROM audit_entries')],
  ])
}

const DAY = 1
const DELIVERY_ID = Object.keys(DELIVERIES.columns).indexOf('id')
const ACCEPTED_AT = Object.keys(EVENTS.columns).indexOf('accepted_at')

/** The day is not known before the deliveries are. */
const NO_DAY = '0 AS day'

const EVENTS_AFTER = `SELECT ${expressions(EVENTS, {
  day: NO_DAY,
  is_test: '(SELECT 1 FROM test_events t WHERE t.event_seq = events.seq)',
})} FROM events WHERE seq > ? AND ${NOT_EMPTIED} ORDER BY seq`

const DELIVERIES_OF_EVENT = `SELECT ${expressions(DELIVERIES, {
  day: NO_DAY,
  status: `CASE status WHEN 'sending' THEN 'queued' ELSE status END`,
  next_attempt_at: `CASE status WHEN 'sending' THEN ?2 ELSE next_attempt_at END`,
})} FROM deliveries WHERE event_seq = ?1 ORDER BY seq`

const ATTEMPTS_OF_DELIVERY = `SELECT ${expressions(ATTEMPTS, { day: NO_DAY })}
FROM attempts WHERE delivery_id = ? ORDER BY number`

function expressions({ columns }: MovedTable, own: Readonly<Record<string, string>>): string {
  return Object.keys(columns)
    .map((name) => own[name] ?? `"${name}"`)
    .join(', ')
}

class HistoryBatch {
  readonly #events: MovedRow[] = []
  readonly #deliveries: MovedRow[] = []
  readonly #attempts: MovedRow[] = []
  #characters = 0

  get isEmpty(): boolean {
    return this.#events.length === 0
  }

  get isFull(): boolean {
    const rows = this.#events.length + this.#deliveries.length + this.#attempts.length
    return rows >= ROWS_MAX || this.#characters >= CHARACTERS_MAX
  }

  add(event: MovedRow, deliveries: readonly MovedRow[], attempts: readonly MovedRow[], day: number): void {
    for (const row of [event, ...deliveries, ...attempts]) {
      row[DAY] = day
      this.#characters += lengthOf(row)
    }
    this.#events.push(event)
    // Not as arguments: an event may have more attempts than a call can have those.
    for (const row of deliveries) this.#deliveries.push(row)
    for (const row of attempts) this.#attempts.push(row)
  }

  end(): MoveBatch {
    const ids = this.#events.map(([workspaceId = null, day = null, seq = null, id = null]) => [
      workspaceId,
      id,
      day,
      seq,
    ])
    const parts = [
      { table: EVENTS, rows: this.#events },
      { table: EVENT_IDS, rows: ids },
      { table: DELIVERIES, rows: this.#deliveries },
      { table: ATTEMPTS, rows: this.#attempts },
    ]
    const rowCount = parts.reduce((sum, { rows }) => sum + rows.length, 0)
    return { parts, rowCount, position: Number(this.#events.at(-1)?.[2]) }
  }
}

function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

function rowsOf(rows: unknown[]): MovedRow[]
function rowsOf(rows: Iterable<unknown>): Iterable<MovedRow>
function rowsOf(rows: Iterable<unknown>): Iterable<MovedRow> {
  // The statements return arrays, of text, numbers and NULL: the tables are STRICT and have no BLOB.
  const typed = rows as Iterable<MovedRow>
  return Array.isArray(typed) ? typed.map(withoutNuls) : mapped(typed)
}

function* mapped(rows: Iterable<MovedRow>): Iterable<MovedRow> {
  for (const row of rows) yield withoutNuls(row)
}

/** As everywhere where text goes to PostgreSQL, which keeps no NUL. */
function withoutNuls(row: MovedRow): MovedRow {
  for (const [index, value] of row.entries())
    if (typeof value === 'string' && value.includes('\0')) row[index] = value.replaceAll('\0', '\uFFFD')
  return row
}

function lengthOf(row: MovedRow): number {
  return row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0)
}
