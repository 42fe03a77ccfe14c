// Owns the insert of events with their deliveries: the same code for what is published and what the service announces.
// Must run inside a transaction of the caller, and never ask the database once per event.
import type { AcceptedRow } from '../storage.ts'
import { type Call, turnsOf } from './call-order.ts'
import { columnsOf } from './columns.ts'
import { dayOf } from './day.ts'
import { callOf, type InsertBatch } from './insert-batch.ts'
import { insertDeliveries, insertEvents, type MatchedEvent } from './insert-deliveries.ts'
import { type EventToInsert, matchEvents } from './match-events.ts'
import type { Session } from './session.ts'
import { rowsOf, statement } from './statement.ts'

interface Numbers {
  readonly numbers: readonly number[]
}

export const TAKE_NUMBERS = statement<Numbers>(
  'take_numbers',
  // The transaction gets its number before any of these, so that whoever waits for the transactions of a moment has waited
  // for every sequence number that was given before it (see replay-walk.ts). Asked for as a condition: what is only
  // selected, and not read, the planner leaves out.
  `SELECT json_agg(nextval('events_seq')) AS numbers FROM generate_series(1, $1::int) WHERE pg_current_xact_id() IS NOT NULL`,
)

export const INSERT_IDS = statement<Numbers>(
  'insert_ids',
  `WITH inserted AS (INSERT INTO event_ids (workspace_id, id, day, seq)
${rowsOf({ workspace_id: 'text', id: 'text', day: 'int', seq: 'bigint' })}
ON CONFLICT (workspace_id, id) DO NOTHING RETURNING seq)
SELECT coalesce(json_agg(seq), '[]') AS numbers FROM inserted`,
)

type FoundRow = Pick<AcceptedRow, 'id' | 'type' | 'createdAt' | 'deliveryCount'> & { readonly workspaceId: string }

export const FIND_EVENTS = statement<FoundRow>(
  'find_events',
  `SELECT e.workspace_id AS "workspaceId", e.id, e.type, e.created_at AS "createdAt", e.delivery_count AS "deliveryCount"
FROM (${rowsOf({ workspace_id: 'text', id: 'text' })}) q
  JOIN event_ids i ON i.workspace_id = q.workspace_id AND i.id = q.id
  JOIN events e ON e.workspace_id = i.workspace_id AND e.day = i.day AND e.seq = i.seq`,
)

/** By its workspace and id. */
type KeyedEvents = ReadonlyMap<string, EventToInsert>
type NumberedEvent = EventToInsert & { readonly key: string; readonly seq: number; readonly day: number }

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
    const keys = inserts.map(keyOf)
    const first = firstOfEach(keys, inserts)
    const fresh = await this.#claimIds(session, first)
    const isNew = new Set(fresh.map(({ key }) => key))
    const old = [...first].flatMap(([key, insert]) => (isNew.has(key) ? [] : [insert]))
    const rows = new Map([...(await findEvents(session, old)), ...(await this.#insertNew(session, fresh, batch))])
    return inserts.map((insert, index) => {
      const key = keys[index] ?? ''
      const row = rows.get(key)
      if (row === undefined) throw new Error(`The event ${insert.event.id} has an id and no row.`)
      return { ...row, duplicate: !isNew.has(key) || first.get(key) !== insert }
    })
  }

  /** Those whose id was not there yet, in their order, with their numbers. */
  async #claimIds(session: Session, inserts: KeyedEvents): Promise<NumberedEvent[]> {
    const { numbers = [] } = (await session.get(TAKE_NUMBERS, inserts.size)) ?? {}
    const numbered = [...inserts].map(([key, { workspaceId, event }], index) => {
      return { workspaceId, event, key, seq: numbers[index] ?? 0, day: dayOf(event.acceptedAt) }
    })
    // In one order everywhere: two nodes that are given the same ids must not wait for each other.
    const sorted = numbered.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    const columns = columnsOf(
      sorted,
      ({ workspaceId }) => workspaceId,
      ({ event }) => event.id,
      ({ day }) => day,
      ({ seq }) => seq,
    )
    const inserted = new Set((await session.get(INSERT_IDS, ...columns))?.numbers)
    return numbered.filter(({ seq }) => inserted.has(seq))
  }

  async #insertNew(
    session: Session,
    fresh: readonly NumberedEvent[],
    batch: InsertBatch,
  ): Promise<ReadonlyMap<string, AcceptedRow>> {
    const matches = await matchEvents(session, fresh)
    const events = fresh.map((event, index) => ({ ...event, matches: matches[index] ?? [] }))
    await this.#addDeliveries(session, events, batch)
    await insertEvents(session, events)
    await insertDeliveries(session, batch, this.#node)
    return new Map(
      events.map(({ key, event: { id, type, createdAt }, matches: { length } }) => {
        return [key, { id, type, createdAt, duplicate: false, deliveryCount: length }]
      }),
    )
  }

  async #addDeliveries(session: Session, events: readonly MatchedEvent[], batch: InsertBatch): Promise<void> {
    const planned = events.map(({ workspaceId, event, seq, day, matches }) => ({
      workspaceId,
      event: { ...event, seq, day },
      matches,
      trigger: event.testOf === undefined ? ('automatic' as const) : ('test' as const),
    }))
    const calls: Call[] = []
    for (const { workspaceId, event, matches, trigger } of planned) {
      for (const match of matches) {
        const call = callOf(workspaceId, event, match, trigger)
        if (call !== undefined) calls.push(call)
      }
    }
    const turns = await turnsOf(session, calls)
    for (const { workspaceId, event, matches, trigger } of planned) {
      for (const match of matches) batch.add(workspaceId, event, match, trigger, turns)
    }
  }
}

function firstOfEach(keys: readonly string[], inserts: readonly EventToInsert[]): KeyedEvents {
  const first = new Map<string, EventToInsert>()
  for (const [index, insert] of inserts.entries()) {
    const key = keys[index] ?? ''
    if (!first.has(key)) first.set(key, insert)
  }
  return first
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
