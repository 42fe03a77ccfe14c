// Owns how an event type is shown, built in or a workspace's own.
import type { BuiltInEventType } from '@timbre/contract/catalogue/built-in-event-type.ts'
import type { EventType } from '@timbre/contract/event-type.ts'
import type { EventTypeRow } from '../../storage/storage.ts'
import { isoTime } from './iso-time.ts'

export function presentEventType(row: EventTypeRow): EventType {
  return {
    key: row.key,
    title: row.title,
    description: row.description,
    schema: row.schema,
    example: row.example,
    isDeprecated: row.isDeprecated,
    isBuiltIn: false,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  }
}

export function presentBuiltIn(type: BuiltInEventType): EventType {
  const { key, title, description, schema, example } = type
  return {
    key,
    title,
    description,
    schema,
    example,
    isDeprecated: false,
    isBuiltIn: true,
    createdAt: null,
    updatedAt: null,
  }
}
