// Owns changing tables that others use: a statement that does not get its locks at once is given up and tried again later,
// so that nobody queues behind it for long.
import type { Client } from 'pg'
import { codeOf } from '../wire/error-code.ts'

/**
 * No statement takes longer, its waiting included, and nobody who comes after it waits longer for it. More than a second:
 * only then does PostgreSQL end an autovacuum that is in the way (`deadlock_timeout`).
 */
const BRIEFLY_MS = 2000
/** Between two tries, for those who have queued: a table that is in use for long slows them, and does not stop them. */
const PAUSE_S = 2
const TRIES_MAX = 30

const IN_THE_WAY = new Set([
  '57014', // query_canceled: by the timeout
  '40P01', // deadlock_detected
])

/**
 * Runs `work` in a transaction, again and again for some two minutes.
 * @throws Error with a sentence for the operator when a table stayed in use; else what `work` threw, without its changes
 */
export async function withLockTimeout(client: Client, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(client, work, BRIEFLY_MS)
    } catch (error) {
      if (!isInTheWay(error)) throw error
      if (attempt === TRIES_MAX)
        throw new Error(
          'A table stayed in use for two minutes: a backup, or a long query? Try again when it is over.',
          {
            cause: error,
          },
        )
      await client.query(`SELECT pg_sleep(${PAUSE_S})`)
    }
  }
}

/** Runs `work` in a transaction where nobody is kept waiting by it: it takes as long as it takes. */
export function withoutTimeout(client: Client, work: () => Promise<void>): Promise<void> {
  return inTransaction(client, work, 0)
}

async function inTransaction(client: Client, work: () => Promise<void>, timeoutMs: number): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL statement_timeout = ${timeoutMs}`)
    await work()
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

function isInTheWay(error: unknown): boolean {
  return IN_THE_WAY.has(codeOf(error))
}
