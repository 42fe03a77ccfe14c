// Owns the insert of events with their deliveries: the same code for what is published and what the service announces.
// Must run inside a transaction of the caller, and never ask the database once per event.

import { reusedPlace, type StoredContent, sameEnvelopeBytesMax, tooManyDeliveries } from '../../shared/accept-rules.ts'
import type { MatchedWebhook } from '../../shared/leased-delivery.ts'
import type { AcceptedRow, AcceptResult, NewEvent } from '../../storage.ts'
import { type Call, callOrderOf } from '../claim/call-order.ts'
import { dayOf } from '../schema/day.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'
import { callOf, type InsertBatch } from './insert-batch.ts'
import { insertDeliveries, insertEvents, type MatchedEvent } from './insert-deliveries.ts'
import { type EventToInsert, matchEvents } from './match-events.ts'

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

export const GIVE_BACK_IDS = statement(
  'give_back_ids',
  `DELETE FROM event_ids i USING (${rowsOf({ workspace_id: 'text', id: 'text' })}) q
WHERE i.workspace_id = q.workspace_id AND i.id = q.id`,
)

type FoundRow = Pick<AcceptedRow, 'id' | 'createdAt' | 'deliveryCount' | 'agentId'> &
  StoredContent & { readonly workspaceId: string }

export const FIND_EVENTS = statement<FoundRow>(
  'find_events',
  `SELECT e.workspace_id AS "workspaceId", e.id, e.type, e.created_at AS "createdAt", e.delivery_count AS "deliveryCount",
  e.agent_id AS "agentId",
  CASE WHEN octet_length(e.body) <= q.bytes_max THEN e.body END AS envelope
FROM (${rowsOf({ workspace_id: 'text', id: 'text', bytes_max: 'int' })}) q
  JOIN event_ids i ON i.workspace_id = q.workspace_id AND i.id = q.id
  JOIN events e ON e.workspace_id = i.workspace_id AND e.day = i.day AND e.seq = i.seq`,
)

export interface RequestToInsert {
  readonly workspaceId: string
  readonly events: readonly NewEvent[]
}

/** Why nothing of a request is added. */
type RefusedRequest = Extract<AcceptResult, { kind: 'id_reused' | 'too_many_deliveries' }>

export type Inserted = Extract<AcceptResult, { kind: 'accepted' }> | RefusedRequest

/** By its workspace and id. */
type KeyedEvents = ReadonlyMap<string, EventToInsert>
type Matches = ReadonlyMap<string, readonly MatchedWebhook[]>
type NumberedEvent = EventToInsert & { readonly key: string; readonly seq: number; readonly day: number }
type FreshEvent = NumberedEvent & MatchedEvent

export class EventInserter {
  readonly #node: string

  /** @param node whose leases are given */
  constructor(node: string) {
    this.#node = node
  }

  /**
   * Adds the events of requests, and their deliveries; an id that the workspace has already adds nothing.
   * @returns for each request one row per event, in order, or why nothing of it was added
   */
  async insert(session: Session, requests: readonly RequestToInsert[], batch: InsertBatch): Promise<Inserted[]> {
    const all = firstOfEach(requests)
    // What a source says may lead to no event.
    if (all.size === 0) return requests.map(() => ({ kind: 'accepted', events: [] }))
    const claimed = await this.#claimIds(session, all)
    const isNew = new Set(claimed.map(({ key }) => key))
    const old = await findEvents(
      session,
      [...all].flatMap(([key, insert]) => (isNew.has(key) ? [] : [insert])),
    )
    const matches = await matchesOf(session, all)
    const refused = refusalsOf(requests, old, matches)
    const first = firstOfEach(requests.filter((request) => !refused.has(request)))
    await giveBackIds(
      session,
      claimed.filter(({ key }) => !first.has(key)),
    )
    // An id may have been claimed for a request that is refused, and be that of another one's event.
    const fresh = claimed.flatMap((one) => {
      const insert = first.get(one.key)
      return insert === undefined ? [] : [{ ...one, ...insert, matches: matches.get(one.key) ?? [] }]
    })
    const added = await this.#insertNew(session, fresh, batch)
    const given = new Set<string>()
    return requests.map((request) => {
      const refusal = refused.get(request)
      if (refusal !== undefined) return refusal
      const { workspaceId } = request
      const rows = request.events.map((event) => {
        const key = keyOf(workspaceId, event)
        const row = added.get(key) ?? old.get(key)
        if (row === undefined) throw new Error(`The event ${event.id} has an id and no row.`)
        const { id, type, createdAt, deliveryCount, agentId = null } = row
        const duplicate = !isNew.has(key) || given.has(key)
        given.add(key)
        return { id, type, createdAt, duplicate, deliveryCount, agentId }
      })
      return { kind: 'accepted', events: rows }
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
    events: readonly FreshEvent[],
    batch: InsertBatch,
  ): Promise<ReadonlyMap<string, AcceptedRow>> {
    await this.#addDeliveries(session, events, batch)
    await insertEvents(session, events)
    await insertDeliveries(session, batch, this.#node)
    return new Map(
      events.map(({ key, event: { id, type, createdAt, agentId }, matches: { length } }) => {
        return [key, { id, type, createdAt, duplicate: false, deliveryCount: length, agentId }]
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
    const order = await callOrderOf(session, calls)
    for (const { workspaceId, event, matches, trigger } of planned) {
      for (const match of matches) batch.add(workspaceId, event, match, trigger, order)
    }
  }
}

/**
 * The requests of which nothing may be added: an id is another event's, stored or of a request before that is not refused; or
 * they lead to too many deliveries, and not all of it is there already.
 */
function refusalsOf(
  requests: readonly RequestToInsert[],
  stored: ReadonlyMap<string, StoredContent>,
  matches: Matches,
): ReadonlyMap<RequestToInsert, RefusedRequest> {
  const known = new Map(stored)
  const refused = new Map<RequestToInsert, RefusedRequest>()
  for (const request of requests) {
    const { workspaceId, events } = request
    const place = reusedPlace(events, (event) => known.get(keyOf(workspaceId, event)))
    const deliveries = tooManyDeliveries(events, (event) => matches.get(keyOf(workspaceId, event))?.length ?? 0)
    if (place >= 0) refused.set(request, { kind: 'id_reused', place })
    else if (deliveries !== undefined && events.some((event) => !known.has(keyOf(workspaceId, event))))
      refused.set(request, { kind: 'too_many_deliveries', deliveries })
    else {
      for (const event of events) {
        const key = keyOf(workspaceId, event)
        if (!known.has(key)) known.set(key, event)
      }
    }
  }
  return refused
}

async function matchesOf(session: Session, inserts: KeyedEvents): Promise<Matches> {
  const matches = await matchEvents(session, [...inserts.values()])
  return new Map([...inserts.keys()].map((key, nth) => [key, matches[nth] ?? []]))
}

async function giveBackIds(session: Session, unused: readonly NumberedEvent[]): Promise<void> {
  if (unused.length === 0) return
  const columns = columnsOf(
    unused,
    ({ workspaceId }) => workspaceId,
    ({ event }) => event.id,
  )
  await session.run(GIVE_BACK_IDS, ...columns)
}

function firstOfEach(requests: readonly RequestToInsert[]): KeyedEvents {
  const first = new Map<string, EventToInsert>()
  for (const { workspaceId, events } of requests) {
    for (const event of events) {
      const key = keyOf(workspaceId, event)
      if (!first.has(key)) first.set(key, { workspaceId, event })
    }
  }
  return first
}

async function findEvents(session: Session, wanted: readonly EventToInsert[]): Promise<ReadonlyMap<string, FoundRow>> {
  if (wanted.length === 0) return new Map()
  const columns = columnsOf(
    wanted,
    ({ workspaceId }) => workspaceId,
    ({ event }) => event.id,
    ({ event }) => sameEnvelopeBytesMax(event),
  )
  const rows = await session.all(FIND_EVENTS, ...columns)
  return new Map(rows.map((row) => [`${row.workspaceId} ${row.id}`, row]))
}

function keyOf(workspaceId: string, event: NewEvent): string {
  return `${workspaceId} ${event.id}`
}
