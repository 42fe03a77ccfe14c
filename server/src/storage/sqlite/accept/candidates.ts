// Owns looking up the webhooks that an event might have gone to, for events that nothing matches.
import type { DatabaseSync } from 'node:sqlite'
import type { Candidate } from '../../interface/rows.ts'
import { SKIPPED_MAX } from '../../shared/skipped-webhooks.ts'
import { prepare, type Statement } from '../connection/statement.ts'

const COLUMNS = 'w.id AS webhookId, w.agent_id AS agentId, w.is_active AS isActive'

/** No more rows than the match has looked at, and the newest SKIPPED_MAX of the others. */
const FIND = `
SELECT ${COLUMNS}, s.is_active AS isSubscriptionActive
FROM subscriptions s INDEXED BY subscriptions_by_key CROSS JOIN webhooks w ON w.id = s.webhook_id
WHERE s.workspace_id = ?1 AND s.event_key = ?2 AND w.deleted_at IS NULL
UNION ALL
SELECT * FROM (
  SELECT ${COLUMNS}, NULL AS isSubscriptionActive FROM webhooks w INDEXED BY webhooks_of_workspace
  WHERE w.workspace_id = ?1 AND w.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.webhook_id = w.id AND s.event_key = ?2)
  ORDER BY w.created_at DESC LIMIT ${SKIPPED_MAX})`

export class Candidates {
  readonly #find: Statement<Candidate>

  constructor(db: DatabaseSync) {
    this.#find = prepare(db, FIND)
  }

  of(workspaceId: string, type: string): readonly Candidate[] {
    return this.#find.all(workspaceId, type)
  }
}
