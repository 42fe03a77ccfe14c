// Owns the resources: the catalogue of event types, which a client may put before an agent without a tool.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import type { ReadResourceResult, Resource, ResourceTemplate } from '@modelcontextprotocol/sdk/types.js'
import { eventTypeDetail, shownEventType } from '../present/event-type.ts'
import { ITEMS_MAX } from '../present/page.ts'
import { UNTRUSTED_NOTICE } from '../untrusted.ts'

const CATALOGUE = 'timbre://event-types'
const TYPE = /^timbre:\/\/event-types\/([A-Za-z0-9_.]{1,128})$/
const MIME_TYPE = 'application/json'

export const RESOURCES: Resource[] = [
  {
    uri: CATALOGUE,
    name: 'event-types',
    title: 'Event types',
    description: `The first ${ITEMS_MAX} types of the catalogue; list_event_types has all`,
    mimeType: MIME_TYPE,
  },
]

export const RESOURCE_TEMPLATES: ResourceTemplate[] = [
  {
    uriTemplate: `${CATALOGUE}/{key}`,
    name: 'event-type',
    title: 'Event type',
    description: 'One event type with the JSON Schema of its data and an example',
    mimeType: MIME_TYPE,
  },
]

/** undefined: there is no such resource. Rejects with an ApiError. */
export async function readResource(
  client: Client,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult | undefined> {
  const key = TYPE.exec(uri)?.[1]
  if (uri !== CATALOGUE && key === undefined) return undefined
  const value = key === undefined ? await catalogue(client, signal) : await typeOf(client, key, signal)
  const text = JSON.stringify({ notice: UNTRUSTED_NOTICE, ...value })
  return { contents: [{ uri, mimeType: MIME_TYPE, text }] }
}

async function catalogue(client: Client, signal: AbortSignal): Promise<object> {
  const { data, meta } = await client.eventTypes.list({ limit: ITEMS_MAX }, { signal })
  return { eventTypes: data.map(shownEventType), total: meta.total }
}

async function typeOf(client: Client, key: string, signal: AbortSignal): Promise<object> {
  return eventTypeDetail(await client.eventTypes.get(key, { signal }))
}
