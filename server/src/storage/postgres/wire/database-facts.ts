// Owns what a PostgreSQL says of itself to whoever looks for a fault.
import pg from 'pg'
import { connectionConfig } from './open-pool.ts'

export interface DatabaseFacts {
  /** `18.4 (Debian …)`. */
  readonly version: string
  /** Its clock, in milliseconds since 1970. */
  readonly now: number
}

/** @throws Error when the database cannot be reached */
export async function databaseFacts(url: string): Promise<DatabaseFacts> {
  const client = new pg.Client(connectionConfig({ url, name: 'timbre doctor' }))
  await client.connect()
  try {
    const { rows } = await client.query(
      "SELECT current_setting('server_version') AS version, floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now",
    )
    return rows[0]
  } finally {
    await client.end()
  }
}
