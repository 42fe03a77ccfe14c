// Owns what `timbre export` writes of a workspace: what differs from a new webhook, so that the file is as short as it can be.
// Must never write a secret, nor a header's value that is masked: applied, the mask would become the value.
import type { EventType } from '@getsupervisor/agents-studio-sdk'
import { idText } from '../present/words.ts'
import { nameIn, type Present, type PresentWebhook } from './configuration.ts'

type Json = Readonly<Record<string, unknown>>

export interface Exported {
  readonly webhooks: readonly Json[]
  readonly eventTypes?: readonly Json[]
}

export function exportedConfiguration({ webhooks, eventTypes }: Present): Exported {
  const own = eventTypes.filter(({ isBuiltIn }) => !isBuiltIn).map(exportedType)
  return {
    webhooks: webhooks.map((one) => exportedWebhook(one, isAmbiguous(one, webhooks))),
    ...(own.length === 0 ? {} : { eventTypes: own }),
  }
}

/** Whether neither its name nor its URL says which one it is. */
function isAmbiguous({ webhook }: PresentWebhook, webhooks: readonly PresentWebhook[]): boolean {
  const { name } = nameIn(webhook.description)
  return webhooks.some(({ webhook: other }) => {
    if (other.id === webhook.id) return false
    const { name: otherName } = nameIn(other.description)
    return name === otherName && (name !== undefined || other.url === webhook.url)
  })
}

function exportedWebhook({ webhook, subscriptions }: PresentWebhook, needsId: boolean): Json {
  const { name, text } = nameIn(webhook.description)
  const { headers } = webhook
  const isPull = webhook.kind === 'pull'
  const hasHeaders = Object.keys(headers).length > 0 && !Object.values(headers).some((value) => /^\*+$/.test(value))
  return {
    ...(needsId || (isPull && name === undefined) ? { id: idText('webhook', webhook.id) } : {}),
    ...(name === undefined ? {} : { name }),
    ...(isPull ? { kind: 'pull' } : { url: webhook.url }),
    ...(text === null ? {} : { description: text }),
    ...(webhook.agentId === null ? {} : { agentId: webhook.agentId }),
    ...(webhook.isActive ? {} : { isActive: false }),
    ...(hasHeaders ? { headers } : {}),
    ...(webhook.ordering === 'none' ? {} : { ordering: webhook.ordering }),
    ...(webhook.rateLimitPerSecond === null ? {} : { rateLimitPerSecond: webhook.rateLimitPerSecond }),
    ...(webhook.retrySchedule === null ? {} : { retrySchedule: webhook.retrySchedule }),
    events: subscriptions.map(({ eventKey }) => eventKey).sort(),
  }
}

function exportedType({ key, title, description, schema, example, isDeprecated }: EventType): Json {
  return {
    key,
    title,
    ...(description === '' ? {} : { description }),
    schema,
    example,
    ...(isDeprecated ? { isDeprecated } : {}),
  }
}
