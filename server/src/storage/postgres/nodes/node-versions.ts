// Owns which tables each node knows, and keeping a migration away from nodes that would not work afterwards.
import type { Client } from 'pg'
import type { Migration } from '../schema/migrations/migration.ts'
import { statement } from '../wire/statement.ts'
import { NODE_IS_DEAD_AFTER_S } from './node-heartbeat.ts'

/** Said once, after the first beat has made the row. Until then it says 2: to know less than one does is safe. */
export const SAY_VERSION = statement('say_version', 'UPDATE nodes SET tables_version = $2 WHERE id = $1')

const OLDER = `SELECT id FROM nodes
WHERE tables_version < $1 AND seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S}) ORDER BY id`

/** Before it, nodes did not say what they know; no migration of that time was incompatible. */
const SAID_SINCE = 3

/**
 * Asked under the lock of the migrations, which a node takes when it starts: what starts after it is refused by `migrate`.
 * One that is between the two, and has not said yet that it is there, is not seen.
 * @throws Error with the sentence for the operator
 */
export async function refuseOlderNodes(client: Client, { version, compatibleFrom }: Migration): Promise<void> {
  if (version <= SAID_SINCE) return
  const { rows } = await client.query(OLDER, [compatibleFrom])
  if (rows.length === 0) return
  const ids = rows.map(({ id }) => id).join(', ')
  throw new Error(
    `Version ${version} of the tables does not work with nodes that are running: ${ids}. Stop them, then start this one. A node that was killed counts for ${NODE_IS_DEAD_AFTER_S} s more. Nothing was changed by this version.`,
  )
}
