// Owns what time it is for all nodes: that of the database. Must never be asked on the hot path.
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

/** Milliseconds since 1970, as an expression. */
export const DATABASE_TIME_MS = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

export const DATABASE_TIME = statement<{ readonly now: number }>('database_time', `SELECT ${DATABASE_TIME_MS} AS now`)

/** Milliseconds since 1970. */
export async function databaseTime(session: Session): Promise<number> {
  const row = await session.get(DATABASE_TIME)
  if (row === undefined) throw new Error('The database did not say what time it is.')
  return row.now
}
