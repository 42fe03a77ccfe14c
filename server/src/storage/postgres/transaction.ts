// Owns the transaction of the hot path: all or nothing, on disk when it returns. What collides with another node's
// transaction is done again.
import type { Pool } from 'pg'
import { Session } from './session.ts'

const ATTEMPTS_MAX = 4

const COLLISIONS = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
])

/**
 * @param work may run more than once; nothing of an earlier run is left
 * @throws what the work or the commit threw; then nothing was written
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
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      isBroken = true
    })
    throw error
  } finally {
    client.release(isBroken)
  }
}

function isCollision(error: unknown): boolean {
  return error instanceof Error && 'code' in error && COLLISIONS.has(String(error.code))
}
