// Owns reading the bodies of deliveries that wait in memory without one.
import type { BodyKey } from '../../storage.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

export const LOAD_BODIES = statement<{ readonly nth: number; readonly body: string }>(
  'load_bodies',
  `SELECT q.nth::int AS nth, e.body
FROM unnest($1::text[], $2::int[], $3::text[]) WITH ORDINALITY AS q (workspace_id, day, id, nth)
  JOIN deliveries d ON d.workspace_id = q.workspace_id AND d.day = q.day AND d.id = q.id
  JOIN events e ON e.workspace_id = d.workspace_id AND e.day = d.day AND e.seq = d.event_seq`,
)

/** See HotStorage.loadBodies. */
export async function loadBodies(session: Session, deliveries: readonly BodyKey[]): Promise<(string | null)[]> {
  if (deliveries.length === 0) return []
  const columns = columnsOf(
    deliveries,
    ({ workspaceId }) => workspaceId,
    ({ place }) => place,
    ({ id }) => id,
  )
  const bodies: (string | null)[] = deliveries.map(() => null)
  for (const { nth, body } of await session.all(LOAD_BODIES, ...columns)) bodies[nth - 1] = body
  return bodies
}
