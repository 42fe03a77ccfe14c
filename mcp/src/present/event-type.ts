// Owns the event type as tools show it. A workspace writes its own: their titles, schemas and examples are text of somebody else.
import type { EventType } from '@getsupervisor/agents-studio-sdk'
import Type from 'typebox'
import { Untrusted, untrusted } from '../untrusted.ts'

const summary = {
  key: Type.String(),
  title: Untrusted,
  description: Untrusted,
  isBuiltIn: Type.Boolean({ description: 'true: part of the service' }),
  isDeprecated: Type.Boolean(),
}

export const ShownEventType = Type.Object(summary)
export type ShownEventType = Type.Static<typeof ShownEventType>

export const EventTypeDetail = Type.Object({
  ...summary,
  schema: Type.Unsafe<Untrusted>({ ...Untrusted, description: 'JSON Schema 2020-12 of `data`' }),
  example: Type.Unsafe<Untrusted>({ ...Untrusted, description: 'A `data` that the schema accepts' }),
})
export type EventTypeDetail = Type.Static<typeof EventTypeDetail>

const TITLE_LENGTH_MAX = 150
const DESCRIPTION_LENGTH_MAX = 500
const SCHEMA_LENGTH_MAX = 14_000
const EXAMPLE_LENGTH_MAX = 6000

export function shownEventType({ key, title, description, isBuiltIn, isDeprecated }: EventType): ShownEventType {
  return {
    key,
    title: untrusted(title, TITLE_LENGTH_MAX),
    description: untrusted(description, DESCRIPTION_LENGTH_MAX),
    isBuiltIn,
    isDeprecated,
  }
}

export function eventTypeDetail(type: EventType): EventTypeDetail {
  return {
    ...shownEventType(type),
    schema: untrusted(JSON.stringify(type.schema), SCHEMA_LENGTH_MAX),
    example: untrusted(JSON.stringify(type.example), EXAMPLE_LENGTH_MAX),
  }
}
