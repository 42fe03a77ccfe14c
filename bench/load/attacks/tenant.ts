// Owns the attacker's own workspace: a tenant as any other, with a key that has all of its scopes.
import { type Client, createClient } from '@getsupervisor/agents-studio-sdk'
import type { AttackTarget } from './attack.ts'

export interface Tenant {
  readonly client: Client
  /** For requests that no SDK sends. */
  readonly headers: Readonly<Record<string, string>>
}

/** An attacker does not wait for what it is told to wait for. */
const retry = { maxRetries: 0 }

export async function makeTenant({ address: baseUrl, adminKey }: AttackTarget): Promise<Tenant> {
  const { id: workspaceId } = await createClient({ baseUrl, apiKey: adminKey, retry }).workspaces.create({
    name: 'attacker',
  })
  const admin = createClient({ baseUrl, workspaceId, apiKey: adminKey, retry })
  const scopes = [
    'webhooks:read',
    'webhooks:write',
    'events:read',
    'events:write',
    'event-types:read',
    'event-types:write',
  ] as const
  // The answer to a first request has it.
  const { key: apiKey = '' } = await admin.apiKeys.create({ name: 'attacker', scopes: [...scopes] })
  const client = createClient({ baseUrl, workspaceId, apiKey, retry, timeoutMs: 120_000 })
  return { client, headers: { 'x-api-key': apiKey, 'x-workspace-id': workspaceId } }
}

/** Webhooks at these URLs, each subscribed to the type. */
export async function subscribe({ client }: Tenant, urls: readonly string[], eventKey: string): Promise<string[]> {
  const ids: string[] = []
  for (const url of urls) {
    const { id } = await client.webhooks.create({ url })
    await client.webhooks.createSubscription(id, { eventKey })
    ids.push(id)
  }
  return ids
}
