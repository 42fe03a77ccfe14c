// Owns the check that an event has exactly the deliveries that the subscriptions of its moment ask for.
import type { NewEvent } from '@timbre/server/storage/storage.ts'
import type { DeliveryHistory } from '../delivery-history.ts'
import type { Ledger } from '../ledger.ts'

interface WebhookRow {
  readonly id: string
  readonly agent_id: string | null
}

const WEBHOOKS = 'SELECT id, agent_id FROM webhooks WHERE workspace_id = ? AND is_active = 1 AND deleted_at IS NULL'
const SUBSCRIBED = 'SELECT webhook_id FROM subscriptions WHERE event_key = ? AND is_active = 1'

export function checkMatches(
  ledger: Ledger,
  workspaceId: string,
  event: NewEvent,
  inserted: readonly DeliveryHistory[],
  deliveryCount: number,
): void {
  const wanted = event.testOf === undefined ? subscribers(ledger, workspaceId, event) : testTarget(ledger, event.testOf)
  const found = inserted.map(({ webhookId }) => webhookId).sort()
  if (found.join() !== wanted.join() || deliveryCount !== found.length) {
    ledger.trace.violate(
      `the event ${event.id} was matched with ${found.length} webhooks, not with its ${wanted.length}`,
    )
  }
  for (const { status, leaseToken, id } of inserted) {
    if ((status === 'sending') !== (leaseToken !== null)) ledger.trace.violate(`${id} is ${status} with a wrong lease`)
  }
}

function subscribers({ database }: Ledger, workspaceId: string, { type, agentId }: NewEvent): string[] {
  const rows = database.rows<{ webhook_id: string }>(SUBSCRIBED, type)
  const subscribed = new Set(rows.map((row) => row.webhook_id))
  return database
    .rows<WebhookRow>(WEBHOOKS, workspaceId)
    .filter((row) => subscribed.has(row.id) && (row.agent_id === null || row.agent_id === agentId))
    .map(({ id }) => id)
    .sort()
}

function testTarget({ webhooks }: Ledger, webhookId: string): string[] {
  return webhooks.newest(webhookId).isDeleted ? [] : [webhookId]
}
