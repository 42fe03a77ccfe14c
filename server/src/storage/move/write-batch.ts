// Owns writing a batch into PostgreSQL: its rows and how far the move has come, in one transaction.
import type { Client } from 'pg'
import { columnList, type MovedRow, type MovedTable } from './moved-tables.ts'
import type { MoveBatch } from './read-source.ts'

const ADVANCE = 'UPDATE moves SET stage = $1, position = $2, rows_moved = rows_moved + $3'

export async function writeBatch(client: Client, stage: string, batch: MoveBatch): Promise<void> {
  await client.query('BEGIN')
  for (const { table, rows } of batch.parts) if (rows.length > 0) await insert(client, table, rows)
  await client.query(ADVANCE, [stage, batch.position, batch.rowCount])
  await client.query('COMMIT')
}

async function insert(client: Client, table: MovedTable, rows: readonly MovedRow[]): Promise<void> {
  const types = Object.values(table.columns)
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')
  await client.query({
    name: `move_${table.name}`,
    text: `INSERT INTO ${table.name} (${columnList(table)}) SELECT * FROM unnest(${arrays})`,
    values: types.map((_, index) => rows.map((row) => row[index])),
  })
}
