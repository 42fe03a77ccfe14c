// Owns asking the service what a pasted text names.
import { type Client, NotFoundError, ValidationError } from '@getsupervisor/agents-studio-sdk'
import type { NavigateOptions } from '@tanstack/react-router'
import { type Kind, lookups } from './lookups.ts'

export interface Found {
  readonly kind: Exclude<Kind, 'number'>
  /** The id itself, and what tells it from others. */
  readonly id: string
  readonly note: string
  readonly link: NavigateOptions
}

const CALLS_OF_NUMBER = 8

type Finder = (client: Client, text: string, signal: AbortSignal) => Promise<readonly Found[]>

const FINDERS: Readonly<Record<Kind, Finder>> = {
  async delivery(client, text, signal) {
    const { id, eventKey, status } = await client.deliveries.get(text, { signal })
    const link = { to: '/deliveries/$deliveryId', params: { deliveryId: id } } as const
    return [{ kind: 'delivery', id, note: `${eventKey} · ${status}`, link }]
  },
  async event(client, text, signal) {
    const { id, type } = await client.events.get(text, { signal })
    return [{ kind: 'event', id, note: type, link: { to: '/events/$eventId', params: { eventId: id } } }]
  },
  async webhook(client, text, signal) {
    const { id, url } = await client.webhooks.get(text, { signal })
    return [{ kind: 'webhook', id, note: url, link: { to: '/webhooks/$webhookId', params: { webhookId: id } } }]
  },
  async call(client, text, signal) {
    const { callId, eventCount } = await client.calls.get(text, { signal })
    return [{ kind: 'call', id: callId, note: `· ${eventCount}`, link: { to: '/calls/$callId', params: { callId } } }]
  },
  async number(client, text, signal) {
    const { data } = await client.calls.list({ number: text, limit: CALLS_OF_NUMBER }, { signal })
    return data.map(({ callId, fromNumber, toNumber }) => ({
      kind: 'call',
      id: callId,
      note: `${fromNumber ?? ''} → ${toNumber ?? ''}`,
      link: { to: '/calls/$callId', params: { callId } },
    }))
  },
}

/** What the text names: the kinds that it can be are asked one after another. Throws what is no plain "there is none". */
export async function find(client: Client, text: string, signal: AbortSignal): Promise<readonly Found[]> {
  const id = text.trim()
  for (const kind of lookups(id)) {
    const found = await FINDERS[kind](client, id, signal).catch(noneOf)
    if (found.length > 0) return found
  }
  return []
}

function noneOf(error: unknown): readonly Found[] {
  if (error instanceof NotFoundError || error instanceof ValidationError) return []
  throw error
}
