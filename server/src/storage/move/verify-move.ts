// Owns proving that the target has what the source has: everything is read once more from both, and counted apart.
import type { DatabaseSync } from 'node:sqlite'
import type { Client } from 'pg'
import { MoveRefusal } from './move-refusal.ts'
import { columnList, MOVED_TABLES, type MovedRow } from './moved-tables.ts'
import { type MoveSource, NOT_EMPTIED, STAGES } from './read-source.ts'
import { differences, Tally, type TallyLine } from './tally.ts'

const FETCH_ROWS = 2000

/**
 * @param onRows told how many rows were read, of either side
 * @returns counts and checksums per table and workspace, the same on both sides
 * @throws MoveRefusal that names the tables and workspaces that differ
 */
export async function verifyMove(
  db: DatabaseSync,
  source: MoveSource,
  client: Client,
  onRows: (count: number) => void,
): Promise<readonly TallyLine[]> {
  const ofSource = tallyOfSource(source, onRows)
  refuseLost(db, ofSource)
  const ofTarget = await tallyOfTarget(client, onRows)
  const [first] = differences(ofSource, ofTarget)
  if (first === undefined) return ofTarget
  const found = differences(ofSource, ofTarget)
    .map(({ table, workspaceId, source: a, target: b }) => {
      return `  ${table} of workspace ${workspaceId}: ${textOf(a)} in SQLite, ${textOf(b)} in PostgreSQL`
    })
    .join('\n')
  throw new MoveRefusal(
    'failed',
    `The copy is not the same as the source, and no server may use it:\n${found}\nEmpty the database and begin again.`,
  )
}

function textOf(line: TallyLine | undefined): string {
  return line === undefined ? 'no rows' : `${line.count} rows with checksum ${line.checksum}`
}

function tallyOfSource(source: MoveSource, onRows: (count: number) => void): TallyLine[] {
  const tally = new Tally()
  for (const stage of STAGES) {
    for (const { parts, rowCount } of source.batches(stage, 0)) {
      for (const { table, rows } of parts) tally.add(table, rows)
      onRows(rowCount)
    }
  }
  return tally.lines()
}

/** Deliveries are read by their events, attempts by their deliveries: one that has none would be in no batch. */
function refuseLost(db: DatabaseSync, read: readonly TallyLine[]): void {
  for (const table of ['deliveries', 'attempts']) {
    const count = db.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${NOT_EMPTIED}`).get()?.['count']
    const seen = read.filter((line) => line.table === table).reduce((sum, line) => sum + line.count, 0)
    if (count === seen) continue
    throw new MoveRefusal('failed', `${table} has ${count} rows in SQLite, of which ${seen} belong to an event.`)
  }
}

async function tallyOfTarget(client: Client, onRows: (count: number) => void): Promise<TallyLine[]> {
  const tally = new Tally()
  await client.query('BEGIN READ ONLY')
  for (const table of MOVED_TABLES) {
    await client.query(`DECLARE moved NO SCROLL CURSOR FOR SELECT ${columnList(table)} FROM ${table.name}`)
    for (;;) {
      const { rows } = await client.query<MovedRow>({ text: `FETCH ${FETCH_ROWS} FROM moved`, rowMode: 'array' })
      if (rows.length === 0) break
      tally.add(table, rows)
      onRows(rows.length)
    }
    await client.query('CLOSE moved')
  }
  await client.query('COMMIT')
  return tally.lines()
}
