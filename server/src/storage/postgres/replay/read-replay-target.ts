// Owns reading what a replay needs to know of its webhook as it is now.
import { ReplayTarget, type ReplayWebhook } from '../../shared/replay-target.ts'
import type { ReplayScope } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

export const REPLAY_WEBHOOK = statement<ReplayWebhook>(
  'replay_webhook',
  `SELECT id AS "webhookId", kind, version, agent_id AS "agentId", ordering, is_active AS "isActive" FROM webhooks
WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL`,
)

export const REPLAY_SUBSCRIPTIONS = statement<{ readonly id: string; readonly eventKey: string }>(
  'replay_subscriptions',
  `SELECT id, event_key AS "eventKey" FROM subscriptions WHERE workspace_id = $1 AND webhook_id = $2 AND is_active = 1`,
)

/** undefined when the webhook was deleted. */
export async function readReplayTarget(
  session: Session,
  { workspaceId, webhookId, eventKeys }: ReplayScope,
): Promise<ReplayTarget | undefined> {
  const webhook = await session.get(REPLAY_WEBHOOK, workspaceId, webhookId)
  if (webhook === undefined) return undefined
  const subscriptions = await session.all(REPLAY_SUBSCRIPTIONS, workspaceId, webhookId)
  return new ReplayTarget(webhook, new Map(subscriptions.map(({ eventKey, id }) => [eventKey, id])), eventKeys)
}
