// Owns reading the envelopes of deliveries that wait in memory without one.
import type { EnvelopeKey } from '../../storage.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

export const LOAD_ENVELOPES = statement<{ readonly nth: number; readonly envelope: string }>(
  'load_envelopes',
  `SELECT q.nth::int AS nth, e.body AS envelope
FROM unnest($1::text[], $2::int[], $3::text[]) WITH ORDINALITY AS q (workspace_id, day, id, nth)
  JOIN deliveries d ON d.workspace_id = q.workspace_id AND d.day = q.day AND d.id = q.id
  JOIN events e ON e.workspace_id = d.workspace_id AND e.day = d.day AND e.seq = d.event_seq`,
)

/** See HotStorage.loadEnvelopes. */
export async function loadEnvelopes(session: Session, deliveries: readonly EnvelopeKey[]): Promise<(string | null)[]> {
  if (deliveries.length === 0) return []
  const columns = columnsOf(
    deliveries,
    ({ workspaceId }) => workspaceId,
    ({ place }) => place,
    ({ id }) => id,
  )
  const envelopes: (string | null)[] = deliveries.map(() => null)
  for (const { nth, envelope } of await session.all(LOAD_ENVELOPES, ...columns)) envelopes[nth - 1] = envelope
  return envelopes
}
