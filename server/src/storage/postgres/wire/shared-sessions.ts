// Owns finding out that a pooler is between that gives each transaction another session (PgBouncer: `pool_mode = transaction`).
// There LISTEN hears nothing, settings and prepared statements are somebody else's, and the lock of a migration locks nothing.
import pg from 'pg'
import { type ConnectionOptions, connectionConfig } from './open-pool.ts'

/** With nobody else on the pooler the first question is enough. */
const ROUNDS = 3

/**
 * @param client open, with no transaction
 * @throws Error with a sentence for the operator
 */
export async function refuseSharedSessions(client: pg.Client, connection: ConnectionOptions): Promise<void> {
  const other = new pg.Client(connectionConfig(connection))
  // A connection that breaks is told of by its next question.
  other.on('error', () => {})
  await other.connect()
  try {
    const [own, others] = [new Set<number>(), new Set<number>()]
    for (let round = 0; round < ROUNDS; round++) {
      own.add(await serverProcess(client))
      others.add(await serverProcess(other))
    }
    if (own.size === 1 && others.size === 1 && own.isDisjointFrom(others)) return
    throw new Error(
      'The database is behind a pooler that gives each transaction another session. Timbre needs sessions of its own: set pool_mode = session for this database, or name PostgreSQL itself in DATABASE_URL (docs/operate/postgresql.md).',
    )
  } finally {
    await other.end().catch(() => {})
  }
}

async function serverProcess(client: pg.Client): Promise<number> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  return Number(rows[0]?.pid)
}
