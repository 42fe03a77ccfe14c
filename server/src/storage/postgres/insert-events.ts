// Owns the insert of events with their deliveries: the same code for what is published and what the service announces.
// Must run inside a transaction of the caller, and never ask the database once per event.
import type { MatchedWebhook } from '../matched-webhook.ts'
import type { AcceptedRow } from '../storage.ts'
import { turnsOf } from './call-order.ts'
import { columnsOf } from './columns.ts'
import { dayOf } from './day.ts'
import { callOf, type InsertBatch } from './insert-batch.ts'
import { type EventRowToInsert, insertDeliveries, insertEvents } from './insert-deliveries.ts'
import { type EventToInsert, matchEvents } from './match-events.ts'
import type { Session } from './session.ts'
import { rowsOf, statement } from './statement.ts'

export const TAKE_NUMBERS = statement<{ readonly seq: number }>(
  'take_numbers',
  // The transaction gets its number before any of these, so that whoever waits for the transactions of a moment has
  // waited for every sequence number that was given before it (see replay-walk.ts).
  `SELECT nextval('events_seq') AS seq FROM (SELECT pg_current_xact_id()) own, generate_series(1, $1::int)`,
)

export const INSERT_IDS = statement<{ readonly seq: number }>(
  'insert_ids',
  `INSERT INTO event_ids (workspace_id, id, day, seq)
${rowsOf({ workspace_id: 'text', id: 'text', day: 'int', seq: 'bigint' })}
ON CONFLICT (workspace_id, id) DO NOTHING RETURNING seq`,
)

type FoundRow = Pick<AcceptedRow, 'id' | 'type' | 'createdAt' | 'deliveryCount'> & { readonly workspaceId: string }

export const FIND_EVENTS = statement<FoundRow>(
  'find_events',
  `SELECT e.workspace_id AS "workspaceId", e.id, e.type, e.created_at AS "createdAt", e.delivery_count AS "deliveryCount"
FROM (${rowsOf({ workspace_id: 'text', id: 'text' })}) q
  JOIN event_ids i ON i.workspace_id = q.workspace_id AND i.id = q.id
  JOIN events e ON e.workspace_id = i.workspace_id AND e.day = i.day AND e.seq = i.seq`,
)

type NumberedEvent = EventToInsert & { readonly seq: number; readonly day: number }

export class EventInserter {
  readonly #node: string

  /** @param node whose leases are given */
  constructor(node: string) {
    this.#node = node
  }

  /**
   * Adds events and their deliveries; an id that the workspace has already adds nothing.
   * @returns one row per event, in order
   */
  async insert(session: Session, inserts: readonly EventToInsert[], batch: InsertBatch): Promise<AcceptedRow[]> {
    if (inserts.length === 0) return []
    const first = new Map<string, EventToInsert>()
    for (const insert of inserts) if (!first.has(keyOf(insert))) first.set(keyOf(insert), insert)
    const fresh = await this.#claimIds(session, [...first.values()])
    const isNew = new Set(fresh.map(keyOf))
    const old = [...first.values()].filter((insert) => !isNew.has(keyOf(insert)))
    const rows = new Map([...(await findEvents(session, old)), ...(await this.#insertNew(session, fresh, batch))])
    return inserts.map((insert) => {
      const row = rows.get(keyOf(insert))
      if (row === undefined) throw new Error(`The event ${insert.event.id} has an id and no row.`)
      return { ...row, duplicate: !isNew.has(keyOf(insert)) || first.get(keyOf(insert)) !== insert }
    })
  }

  /** Those whose id was not there yet, in their order, with their numbers. */
  async #claimIds(session: Session, inserts: readonly EventToInsert[]): Promise<NumberedEvent[]> {
    const numbers = await session.all(TAKE_NUMBERS, inserts.length)
    const numbered = inserts.map((insert, index) => ({
      ...insert,
      seq: numbers[index]?.seq ?? 0,
      day: dayOf(insert.event.acceptedAt),
    }))
    // In one order everywhere: two nodes that are given the same ids must not wait for each other.
    const sorted = numbered.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    const columns = columnsOf(
      sorted,
      ({ workspaceId }) => workspaceId,
      ({ event }) => event.id,
      ({ day }) => day,
      ({ seq }) => seq,
    )
    const inserted = new Set((await session.all(INSERT_IDS, ...columns)).map(({ seq }) => seq))
    return numbered.filter(({ seq }) => inserted.has(seq))
  }

  async #insertNew(
    session: Session,
    fresh: readonly NumberedEvent[],
    batch: InsertBatch,
  ): Promise<ReadonlyMap<string, AcceptedRow>> {
    const matches = await matchEvents(session, fresh)
    await this.#addDeliveries(session, fresh, matches, batch)
    const rows: EventRowToInsert[] = fresh.map((insert, index) => ({
      ...insert,
      deliveryCount: matches[index]?.length ?? 0,
    }))
    await insertEvents(session, rows)
    await insertDeliveries(session, batch, this.#node)
    return new Map(
      rows.map((row) => {
        const { id, type, createdAt } = row.event
        return [keyOf(row), { id, type, createdAt, duplicate: false, deliveryCount: row.deliveryCount }]
      }),
    )
  }

  async #addDeliveries(
    session: Session,
    fresh: readonly NumberedEvent[],
    matches: readonly (readonly MatchedWebhook[])[],
    batch: InsertBatch,
  ): Promise<void> {
    const planned = fresh.flatMap(({ workspaceId, event, seq, day }, index) =>
      (matches[index] ?? []).map((match) => ({
        workspaceId,
        match,
        event: { ...event, seq, day },
        trigger: event.testOf === undefined ? ('automatic' as const) : ('test' as const),
      })),
    )
    const calls = planned.flatMap(({ workspaceId, event, match, trigger }) => {
      const call = callOf(workspaceId, event, match, trigger)
      return call === undefined ? [] : [call]
    })
    const turns = await turnsOf(session, calls)
    for (const { workspaceId, event, match, trigger } of planned) batch.add(workspaceId, event, match, trigger, turns)
  }
}

async function findEvents(
  session: Session,
  wanted: readonly EventToInsert[],
): Promise<ReadonlyMap<string, AcceptedRow>> {
  if (wanted.length === 0) return new Map()
  const columns = columnsOf(
    wanted,
    ({ workspaceId }) => workspaceId,
    ({ event }) => event.id,
  )
  const rows = await session.all(FIND_EVENTS, ...columns)
  return new Map(rows.map(({ workspaceId, ...row }) => [`${workspaceId} ${row.id}`, { ...row, duplicate: true }]))
}

function keyOf({ workspaceId, event }: EventToInsert): string {
  return `${workspaceId} ${event.id}`
}
