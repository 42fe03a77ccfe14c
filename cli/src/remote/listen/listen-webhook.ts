// Owns the webhook of `timbre listen`: of kind pull, found again by its name, subscribed to what is asked for.
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import { CommandError } from '../../frame/command-failure.ts'
import { nearest } from '../../frame/nearest.ts'
import { nameIn, withName } from '../apply/configuration.ts'

export interface ListenWebhook {
  readonly webhook: Webhook
  readonly isNew: boolean
}

/** A name is kept where `timbre apply` keeps it too. */
export async function listenWebhook(client: Client, name: string, patterns: readonly string[]): Promise<ListenWebhook> {
  const keys: string[] = []
  for await (const { key } of client.eventTypes.list({ limit: 100 })) keys.push(key)
  const wanted = expandedTypes(patterns, keys)
  const found = await find(client, name)
  if (found === undefined) {
    const description = withName('timbre listen', name)
    const webhook = await client.webhooks.create({ kind: 'pull', description, ordering: 'call', eventKeys: wanted })
    return { webhook, isNew: true }
  }
  const there = new Set<string>()
  for await (const { eventKey } of client.webhooks.listSubscriptions(found.id, { limit: 100 })) there.add(eventKey)
  for (const eventKey of wanted.filter((key) => !there.has(key)))
    await client.webhooks.createSubscription(found.id, { eventKey })
  return { webhook: found, isNew: false }
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
