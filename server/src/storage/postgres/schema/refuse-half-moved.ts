// Owns keeping a node away from a database into which a move was begun and not finished: a part of the history would be
// missing, and what the node wrote would be in the way of the rest.
import type { Client } from 'pg'

/** @throws Error with the sentence for the operator */
export async function refuseHalfMoved(client: Client): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM moves WHERE finished_at IS NULL')
  if (rows.length === 0) return
  throw new Error(
    'A move from SQLite into this database was begun and is not finished. Run `timbre move --from sqlite --to postgres` again, with the data directory that it was begun with.',
  )
}
