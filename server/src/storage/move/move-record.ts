// Owns the row of the target that says which move it is of, how far that came and whether it was finished.
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Client } from 'pg'
import { MoveRefusal } from './move-refusal.ts'
import { MOVED_TABLES } from './moved-tables.ts'
import { STAGES } from './read-source.ts'

export interface MoveRecord {
  readonly startedAt: number
  readonly stage: string
  readonly position: number
  readonly rowsMoved: number
}

interface MoveColumns extends MoveRecord {
  readonly source: string
  readonly finishedAt: number | null
}

const FIND = `SELECT source, started_at AS "startedAt", stage, position, rows_moved AS "rowsMoved",
  finished_at AS "finishedAt" FROM moves`

const BEGIN = `INSERT INTO moves (source, started_at, stage, position, rows_moved) VALUES ($1, $2, $3, 0, 0)`

/**
 * The move that was begun from this source, or a new one.
 * @param now milliseconds
 * @throws MoveRefusal when the target has data that is not of it
 */
export async function takeUpMove(client: Client, source: string, now: number): Promise<MoveRecord> {
  const { rows } = await client.query<MoveColumns>(FIND)
  const [found] = rows
  if (found === undefined) {
    await refuseData(client)
    await client.query(BEGIN, [source, now, STAGES[0]])
    return { startedAt: now, stage: STAGES[0] ?? '', position: 0, rowsMoved: 0 }
  }
  if (found.finishedAt !== null)
    throw new MoveRefusal('wrong_request', `A move into this database was finished at ${isoOf(found.finishedAt)}.`)
  if (found.source === source) return found
  throw new MoveRefusal(
    'wrong_request',
    'This database holds a part of a move from another file, or a server has run on the file since. Move into an empty database.',
  )
}

/** The data itself says which file it is: rows that were added since make it another one. */
export function sourceIdentity(db: DatabaseSync): string {
  const identity = createHash('sha256')
  for (const sql of [
    'SELECT version, applied_at FROM migrations ORDER BY version',
    'SELECT id, created_at FROM workspaces ORDER BY id',
    ...['event_rows', 'delivery_rows', 'attempt_rows', 'audit_entries'].map(
      (table) => `SELECT max(rowid) AS last FROM ${table}`,
    ),
  ])
    identity.update(JSON.stringify(db.prepare(sql).all()))
  return identity.digest('hex')
}

async function refuseData(client: Client): Promise<void> {
  for (const { name } of MOVED_TABLES) {
    const { rows } = await client.query(`SELECT 1 FROM ${name} LIMIT 1`)
    if (rows.length === 0) continue
    throw new MoveRefusal('wrong_request', `The database is not empty: ${name} has rows. Move into an empty database.`)
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
