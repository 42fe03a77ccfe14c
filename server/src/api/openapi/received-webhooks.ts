// Owns the `webhooks` section: what a receiver gets for each built-in type (CONTRACT §3).
import type { BuiltInEventType } from '@timbre/contract/catalogue/built-in-event-type.ts'
import {
  SUPERVISOR_DELIVERY,
  SUPERVISOR_EVENT,
  SUPERVISOR_SIGNATURE,
  SUPERVISOR_SIGNATURE_PREVIOUS,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import { propertyNote } from './property-notes.ts'

type Json = Readonly<Record<string, unknown>>

/** The tag of what is received. */
export const RECEIVED = 'Received by your URL'

const EXAMPLE_ID = 'evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'
const EXAMPLE_TIME = '2025-08-19T16:01:00.000Z'

const HEADERS: Readonly<Record<string, string>> = {
  [SUPERVISOR_SIGNATURE]: '`sha256=` and the hex HMAC-SHA256 of the raw body, keyed with the secret',
  [SUPERVISOR_SIGNATURE_PREVIOUS]:
    'The same with each replaced secret that is still valid, the newest first, separated by a comma',
  [SUPERVISOR_EVENT]: 'The event type',
  [SUPERVISOR_DELIVERY]: 'The id of the delivery',
  [WEBHOOK_ID]: 'The id of the event: drop what you have seen',
  [WEBHOOK_TIMESTAMP]: 'Seconds since 1970 of this attempt',
  [WEBHOOK_SIGNATURE]: 'Standard Webhooks: `v1,` and base64, several separated by a space',
}
const HEADER_EXAMPLES: Readonly<Record<string, string>> = {
  [SUPERVISOR_SIGNATURE]: 'sha256=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
  [SUPERVISOR_SIGNATURE_PREVIOUS]: 'sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  [SUPERVISOR_EVENT]: 'call.completed',
  [SUPERVISOR_DELIVERY]: '01990f2e-7b10-7d13-8e2f-6c8fa1b2d3f5',
  [WEBHOOK_ID]: EXAMPLE_ID,
  [WEBHOOK_TIMESTAMP]: '1755619260',
  [WEBHOOK_SIGNATURE]: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
}
/** Sent only while a rotated secret is still valid. */
const OPTIONAL_HEADERS: ReadonlySet<string> = new Set([SUPERVISOR_SIGNATURE_PREVIOUS])

export function receivedWebhooks(catalogue: readonly BuiltInEventType[]): Json {
  return Object.fromEntries(catalogue.map((type) => [type.key, { post: receivedPost(type) }]))
}

function receivedPost(type: BuiltInEventType): Json {
  return {
    operationId: `receive.${type.key}`,
    tags: [RECEIVED],
    summary: type.title,
    description: type.description,
    security: [],
    parameters: Object.entries(HEADERS).map(([name, description]) => ({
      name,
      in: 'header',
      required: !OPTIONAL_HEADERS.has(name),
      description,
      schema: { type: 'string' },
      example: HEADER_EXAMPLES[name],
    })),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: envelopeSchema(type), example: envelopeExample(type) } },
    },
    responses: {
      '2XX': { description: 'Received. Answer at once and work later' },
      '410': { description: 'Gone: the webhook is disabled' },
      default: { description: 'Anything else is a failure and is retried' },
    },
  }
}

function envelopeSchema(type: BuiltInEventType): Json {
  const { $schema: _, ...data } = type.schema
  return {
    type: 'object',
    required: ['id', 'type', 'created_at', 'data'],
    properties: {
      id: { type: 'string', description: 'The event: drop what you have seen' },
      type: { type: 'string', const: type.key, description: 'The event type' },
      created_at: { type: 'string', format: 'date-time', description: 'When it happened' },
      data: { ...data, description: type.description, properties: describedData(type), additionalProperties: true },
    },
  }
}

function describedData({ schema }: BuiltInEventType): Json {
  // Made by `dataSchema`.
  const properties = Object.entries(schema['properties'] as Readonly<Record<string, Json>>)
  return Object.fromEntries(
    properties.map(([name, property]) => [name, { description: propertyNote('', name), ...property }]),
  )
}

function envelopeExample(type: BuiltInEventType): Json {
  return { id: EXAMPLE_ID, type: type.key, created_at: EXAMPLE_TIME, data: type.example }
}
