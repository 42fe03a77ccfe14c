// Owns the event type: a key of the catalogue with the JSON Schema and an example of its `data`.
// The built-in ones are in catalogue.ts.
import Type from 'typebox'
import { Closed, Nullable, OpenObject, Time } from './schema.ts'

export const EVENT_KEY_LENGTH_MAX = 128
export const EVENT_TYPES_PER_WORKSPACE_MAX = 200
/** Of schemas, examples and descriptions together: 200 types of 20 KiB. */
export const EVENT_TYPE_BYTES_PER_WORKSPACE_MAX = 4 * 1024 * 1024
export const EVENT_TYPE_SCHEMA_BYTES_MAX = 32 * 1024

/** Full-stop-delimited names of letters, digits and underscores (Standard Webhooks). */
export const EventKey = Type.String({
  minLength: 1,
  maxLength: EVENT_KEY_LENGTH_MAX,
  pattern: '^[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*$',
  examples: ['call.status.updated'],
})

const details = {
  title: Type.String({ minLength: 1, maxLength: 120 }),
  description: Type.String({ maxLength: 2000 }),
  schema: OpenObject({
    description: 'JSON Schema 2020-12 of `data`, at most 32 KiB, without references to other documents',
  }),
  example: OpenObject({ description: 'A `data` that the schema accepts' }),
}

export const EventTypeCreate = Closed({
  key: EventKey,
  title: Type.Optional(details.title),
  description: Type.Optional(details.description),
  schema: Type.Optional(details.schema),
  example: Type.Optional(details.example),
})
export type EventTypeCreate = Type.Static<typeof EventTypeCreate>

export const EventTypeUpdate = Closed({
  title: Type.Optional(details.title),
  description: Type.Optional(details.description),
  schema: Type.Optional(details.schema),
  example: Type.Optional(details.example),
  isDeprecated: Type.Optional(Type.Boolean()),
})
export type EventTypeUpdate = Type.Static<typeof EventTypeUpdate>

/** What may be asked before a type is added or changed; nothing is kept. */
export const EventTypeCheck = Closed({ schema: details.schema, example: Type.Optional(details.example) })
export type EventTypeCheck = Type.Static<typeof EventTypeCheck>

export const EventTypeVerdict = Type.Object({
  isUsable: Type.Boolean({ description: 'true: a type with this schema, and this example, would be accepted' }),
  issues: Type.Array(
    Type.Object({
      path: Type.String({ description: 'A JSON Pointer that begins with `/schema` or `/example`' }),
      message: Type.String({ description: 'What is wrong there' }),
    }),
    { description: 'What is wrong, at most 20. An example is checked only with a schema that can be used' },
  ),
})
export type EventTypeVerdict = Type.Static<typeof EventTypeVerdict>

export const EventType = Type.Object({
  key: Type.String(),
  title: Type.String(),
  description: Type.String(),
  schema: OpenObject({ description: 'JSON Schema 2020-12 of `data`' }),
  example: OpenObject({ description: 'A `data` that the schema accepts' }),
  isDeprecated: Type.Boolean(),
  isBuiltIn: Type.Boolean({ description: 'true: part of Timbre; cannot be changed or deleted' }),
  createdAt: Nullable(Time, { description: 'null for a built-in type' }),
  updatedAt: Nullable(Time),
})
export type EventType = Type.Static<typeof EventType>
