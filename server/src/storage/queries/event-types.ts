// Owns the rows of the event types that workspaces add. The built-in ones are in the contract, not here.

import { Refusal } from '@timbre/contract/errors.ts'
import { type Selectable, sql, type Updateable } from 'kysely'
import { parseJson } from '../../platform/json/parse-json.ts'
import type { EventTypeChange, EventTypeLimits, EventTypeRow, Page, RecordStorage, RowRange } from '../storage.ts'
import { change } from './change.ts'
import { type Change, type Database, type EventTypesTable, flag } from './tables.ts'
import { lockWorkspace } from './workspaces.ts'

type EventTypeRecords = Pick<
  RecordStorage,
  'createEventType' | 'listEventTypes' | 'scanEventTypes' | 'findEventType' | 'updateEventType' | 'deleteEventType'
>

export function eventTypeRecords(db: Database): EventTypeRecords {
  return {
    createEventType: (row, limits, context) => change(db, context, (tx) => insertEventType(tx, row, limits)),
    listEventTypes: (workspaceId, range) => listEventTypes(db, workspaceId, range),

    async scanEventTypes(after, limit) {
      const behind = db.selectFrom('eventTypes').selectAll().orderBy('workspaceId').orderBy('key').limit(limit)
      const rows =
        after === null
          ? behind
          : behind.where(({ eb, refTuple, tuple }) =>
              eb(refTuple('workspaceId', 'key'), '>', tuple(after.workspaceId, after.key)),
            )
      return (await rows.execute()).map(readEventType)
    },

    async findEventType(workspaceId, key) {
      const row = await db
        .selectFrom('eventTypes')
        .selectAll()
        .where('workspaceId', '=', workspaceId)
        .where('key', '=', key)
        .executeTakeFirst()
      return row && readEventType(row)
    },

    updateEventType: (workspaceId, key, fields, limits, context) =>
      change(db, context, (tx) => updateEventType(tx, { workspaceId, key, fields }, limits, context.now)),

    deleteEventType: (workspaceId, key, context) => change(db, context, (tx) => deleteEventType(tx, workspaceId, key)),
  }
}

async function listEventTypes(db: Database, workspaceId: string, range: RowRange): Promise<Page<EventTypeRow>> {
  const own = db.selectFrom('eventTypes').where('workspaceId', '=', workspaceId)
  const { total } = await own.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  if (range.limit === 0) return { rows: [], total }
  const rows = await own.selectAll().orderBy('key').limit(range.limit).offset(range.offset).execute()
  return { rows: rows.map(readEventType), total }
}

async function insertEventType(tx: Change, row: EventTypeRow, limits: EventTypeLimits): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
  const limit = limits.types
  const before = await bytesOf(tx, row.workspaceId)
  const keys = await tx.selectFrom('eventTypes').select('key').where('workspaceId', '=', row.workspaceId).execute()
  if (keys.some(({ key }) => key === row.key)) throw new Refusal('EVENT_TYPE_EXISTS', { key: row.key })
  if (keys.length >= limit) throw new Refusal('EVENT_TYPE_LIMIT_REACHED', { limit })
  const { schema, example, isDeprecated, ...same } = row
  await tx
    .insertInto('eventTypes')
    .values({
      ...same,
      schema: JSON.stringify(schema),
      example: JSON.stringify(example),
      isDeprecated: flag(isDeprecated),
    })
    .execute()
  await refuseMoreBytes(tx, row.workspaceId, before, limits)
}

interface Updated {
  readonly workspaceId: string
  readonly key: string
  readonly fields: EventTypeChange
}

async function updateEventType(
  tx: Change,
  { workspaceId, key, fields }: Updated,
  limits: EventTypeLimits,
  now: number,
): Promise<EventTypeRow> {
  await lockWorkspace(tx, workspaceId)
  const before = await bytesOf(tx, workspaceId)
  const row = await tx
    .updateTable('eventTypes')
    .set({ ...columnsOf(fields), updatedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('key', '=', key)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw new Refusal('EVENT_TYPE_NOT_FOUND', { key })
  await refuseMoreBytes(tx, workspaceId, before, limits)
  return readEventType(row)
}

/** Lengths are read, not texts: both databases have them beside the row. */
async function bytesOf(tx: Change, workspaceId: string): Promise<number> {
  const { bytes } = await tx
    .selectFrom('eventTypes')
    .select(
      sql<number | null>`sum(octet_length(schema) + octet_length(example) + octet_length(description))`.as('bytes'),
    )
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return Number(bytes ?? 0)
}

/** A workspace that has more from before may still change what does not grow. */
async function refuseMoreBytes(
  tx: Change,
  workspaceId: string,
  before: number,
  { bytes }: EventTypeLimits,
): Promise<void> {
  const after = await bytesOf(tx, workspaceId)
  if (after > bytes && after > before) throw new Refusal('EVENT_TYPE_BYTES_REACHED', { limitBytes: bytes })
}

async function deleteEventType(tx: Change, workspaceId: string, key: string): Promise<void> {
  const { count } = await tx
    .selectFrom('subscriptions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspaceId', '=', workspaceId)
    .where('eventKey', '=', key)
    .executeTakeFirstOrThrow()
  if (count > 0) throw new Refusal('EVENT_TYPE_IN_USE', { key, count })
  const { numDeletedRows } = await tx
    .deleteFrom('eventTypes')
    .where('workspaceId', '=', workspaceId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) throw new Refusal('EVENT_TYPE_NOT_FOUND', { key })
}

function columnsOf({ schema, example, isDeprecated, ...same }: EventTypeChange): Updateable<EventTypesTable> {
  return {
    ...same,
    ...(schema === undefined ? {} : { schema: JSON.stringify(schema) }),
    ...(example === undefined ? {} : { example: JSON.stringify(example) }),
    ...(isDeprecated === undefined ? {} : { isDeprecated: flag(isDeprecated) }),
  }
}

function readEventType(row: Selectable<EventTypesTable>): EventTypeRow {
  return {
    ...row,
    // Both were written from objects, by insertEventType or columnsOf.
    schema: parseJson(row.schema) as Record<string, unknown>,
    example: parseJson(row.example) as Record<string, unknown>,
    isDeprecated: row.isDeprecated === 1,
  }
}
