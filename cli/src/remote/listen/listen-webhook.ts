// Owns the webhook of `timbre listen`: of kind pull, found again by its name, active, subscribed to what is asked for.
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import { CommandError } from '../../frame/command-failure.ts'
import { nearest } from '../../frame/nearest.ts'
import { nameIn, withName } from '../apply/configuration.ts'

export interface ListenWebhook {
  readonly webhook: Webhook
  readonly isNew: boolean
  readonly wasInactive: boolean
  /** What it is subscribed to now. */
  readonly eventTypes: readonly string[]
}

const EVENTS_DEFAULT = ['call.*']

/**
 * A name is kept where `timbre apply` keeps it too.
 * @param patterns undefined: nobody asked for event types, and a webhook that is there keeps its own
 */
export async function listenWebhook(
  client: Client,
  name: string,
  patterns: readonly string[] | undefined,
): Promise<ListenWebhook> {
  const keys: string[] = []
  for await (const { key } of client.eventTypes.list({ limit: 100 })) keys.push(key)
  const wanted = expandedTypes(patterns ?? EVENTS_DEFAULT, keys)
  const found = await find(client, name)
  if (found === undefined) {
    const description = withName('timbre listen', name)
    const webhook = await client.webhooks.create({ kind: 'pull', description, ordering: 'call', eventKeys: wanted })
    return { webhook, isNew: true, wasInactive: false, eventTypes: wanted }
  }
  const eventTypes = await subscribed(client, found.id, wanted, patterns !== undefined)
  if (found.isActive) return { webhook: found, isNew: false, wasInactive: false, eventTypes }
  const webhook = await client.webhooks.update(found.id, { isActive: true })
  return { webhook, isNew: false, wasInactive: true, eventTypes }
}

/**
 * Makes the subscriptions those that are wanted; one that is not wanted any more is paused, so that nothing of it is lost.
 * @param isAsked false: those that are there stay, if there are any
 */
async function subscribed(
  client: Client,
  webhookId: string,
  wanted: readonly string[],
  isAsked: boolean,
): Promise<readonly string[]> {
  const there = new Map<string, { readonly id: string; readonly isActive: boolean }>()
  for await (const one of client.webhooks.listSubscriptions(webhookId, { limit: 100 })) there.set(one.eventKey, one)
  const active = [...there].filter(([, { isActive }]) => isActive).map(([key]) => key)
  if (!isAsked && active.length > 0) return active
  for (const eventKey of wanted) {
    const one = there.get(eventKey)
    if (one === undefined) await client.webhooks.createSubscription(webhookId, { eventKey })
    else if (!one.isActive) await client.webhooks.updateSubscription(webhookId, one.id, { isActive: true })
  }
  for (const [key, { id, isActive }] of there)
    if (isActive && !wanted.includes(key)) await client.webhooks.updateSubscription(webhookId, id, { isActive: false })
  return wanted
}

async function find(client: Client, name: string): Promise<Webhook | undefined> {
  for await (const webhook of client.webhooks.list({ limit: 100 })) {
    if (nameIn(webhook.description).name !== name) continue
    if (webhook.kind === 'pull') return webhook
    throw new CommandError(`The webhook named ${name} is sent to ${webhook.url}. Take another name with --as.`)
  }
  return undefined
}

/** `call.*` and `*` mean every type of the catalogue that fits. */
export function expandedTypes(patterns: readonly string[], keys: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const fits = keys.filter((key) => (pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern))
    if (fits.length > 0) return fits
    const meant = nearest(pattern, keys)
    throw new CommandError(`No event type fits ${pattern}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`)
  })
  return [...new Set(found)]
}

/** Id of the newest delivery that the webhook has now; undefined: it has none. */
export async function newestOf(client: Client, webhookId: string): Promise<string | undefined> {
  const { data } = await client.deliveries.list({ webhookId, limit: 1 })
  return data[0]?.id
}
