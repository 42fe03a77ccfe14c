// Owns what a file of `timbre apply` says, and what a workspace has: the same words for both.
import type { EventType, Subscription, Webhook, WebhookUpdate } from '@getsupervisor/agents-studio-sdk'

export interface WantedWebhook {
  /** In the file, for messages: `/webhooks/0`. */
  readonly path: string
  readonly id?: string
  readonly name?: string
  readonly url?: string
  /** `pull`: it has no url, and is found by its name or id. */
  readonly kind?: 'push' | 'pull'
  readonly fields: WebhookUpdate
  readonly events?: readonly string[]
}

export interface WantedEventType {
  readonly path: string
  readonly key: string
  readonly fields: Partial<Pick<EventType, (typeof EVENT_TYPE_FIELDS)[number]>>
}

export interface Wanted {
  readonly webhooks: readonly WantedWebhook[]
  readonly eventTypes: readonly WantedEventType[]
}

export interface PresentWebhook {
  readonly webhook: Webhook
  readonly subscriptions: readonly Subscription[]
}

export interface Present {
  readonly webhooks: readonly PresentWebhook[]
  /** The whole catalogue. */
  readonly eventTypes: readonly EventType[]
}

/** What a webhook in a file may say beside `id`, `name`, `url` and `events`; what it does not say stays as it is. */
export const WEBHOOK_FIELDS = [
  'description',
  'agentId',
  'isActive',
  'headers',
  'ordering',
  'rateLimitPerSecond',
  'retrySchedule',
] as const satisfies readonly (keyof WebhookUpdate)[]

export const EVENT_TYPE_FIELDS = ['title', 'description', 'schema', 'example', 'isDeprecated'] as const

/**
 * A name is kept at the end of the description, in brackets: `The clinic's CRM [crm]`. The API has no other place for it, and so
 * it is seen by whoever looks at the webhook, and survives a change of its URL.
 */
export function nameIn(description: string | null): { readonly name?: string; readonly text: string | null } {
  const [, text = '', name] = /^([\s\S]*?) ?\[([\w.-]{1,60})\]$/.exec(description ?? '') ?? []
  return name === undefined ? { text: description } : { name, text: text === '' ? null : text }
}

export function withName(text: string | null, name: string | undefined): string | null {
  if (name === undefined) return text
  return text === null || text === '' ? `[${name}]` : `${text} [${name}]`
}
