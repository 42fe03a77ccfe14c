// Owns the transaction of the hot path: all or nothing, on disk when it returns. What collides with another node's
// transaction is done again.
import pg, { type Pool, type PoolClient } from 'pg'
import { codeOf } from './error-code.ts'
import { Session } from './session.ts'

const ATTEMPTS_MAX = 4
/** What `pg` says when a statement was not answered within `query_timeout`. */
const READ_TIMEOUT = 'Query read timeout'

const COLLISIONS = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
])

/**
 * @param work may run more than once; nothing of an earlier run is left
 * @throws what the work or the commit threw; then nothing was written. But CommitUnknown: then nobody knows
 */
export async function inTransaction<T>(pool: Pool, work: (session: Session) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(pool, work)
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isCollision(error)) throw error
    }
  }
}

async function runOnce<T>(pool: Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query('BEGIN')
    const result = await work(new Session(client))
    await commit(client)
    return result
  } catch (error) {
    isBroken = !(await rolledBack(client, error))
    throw error
  } finally {
    client.release(isBroken)
  }
}

async function commit(client: PoolClient): Promise<void> {
  try {
    await client.query('COMMIT')
  } catch (error) {
    // An ERROR is the server's word that nothing was written. FATAL is not: it ends the connection at any moment.
    throw error instanceof pg.DatabaseError && error.severity === 'ERROR' ? error : new CommitUnknown(error)
  }
}

/** False: the connection is of no more use. One that said nothing for too long is not waited for a second time. */
async function rolledBack(client: PoolClient, error: unknown): Promise<boolean> {
  if (error instanceof CommitUnknown || (error instanceof Error && error.message === READ_TIMEOUT)) return false
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  )
}

function isCollision(error: unknown): boolean {
  return COLLISIONS.has(codeOf(error))
}

/** A commit of which nobody knows whether it took place: the connection ended, or said nothing for too long. */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super(`a commit may have taken place or not: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'CommitUnknown'
  }
}
