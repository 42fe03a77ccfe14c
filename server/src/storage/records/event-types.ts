// Owns the rows of the event types that workspaces add. The built-in ones are in the contract, not here.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Selectable, Updateable } from 'kysely'
import type { EventTypeChange, EventTypeRow, RecordStorage } from '../storage.ts'
import { change } from './change.ts'
import { flag } from './flags.ts'
import type { Change, Database, EventTypesTable } from './tables.ts'
import { lockWorkspace } from './workspaces.ts'

type EventTypeRecords = Pick<
  RecordStorage,
  'createEventType' | 'listEventTypes' | 'scanEventTypes' | 'findEventType' | 'updateEventType' | 'deleteEventType'
>

export function eventTypeRecords(db: Database): EventTypeRecords {
  return {
    createEventType: (row, limit, context) => change(db, context, (tx) => insertEventType(tx, row, limit)),

    async listEventTypes(workspaceId) {
      const rows = await db
        .selectFrom('eventTypes')
        .selectAll()
        .where('workspaceId', '=', workspaceId)
        .orderBy('key')
        .execute()
      return rows.map(readEventType)
    },

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

    updateEventType: (workspaceId, key, fields, context) =>
      change(db, context, async (tx) => {
        const row = await tx
          .updateTable('eventTypes')
          .set({ ...columnsOf(fields), updatedAt: context.now })
          .where('workspaceId', '=', workspaceId)
          .where('key', '=', key)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) throw new Refusal('EVENT_TYPE_NOT_FOUND', { key })
        return readEventType(row)
      }),

    deleteEventType: (workspaceId, key, context) => change(db, context, (tx) => deleteEventType(tx, workspaceId, key)),
  }
}

async function insertEventType(tx: Change, row: EventTypeRow, limit: number): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
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
    schema: JSON.parse(row.schema) as Record<string, unknown>,
    example: JSON.parse(row.example) as Record<string, unknown>,
    isDeprecated: row.isDeprecated === 1,
  }
}
