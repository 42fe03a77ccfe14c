// Owns the move from a SQLite file to PostgreSQL: everything copied, read once more from both sides, and only then declared
// finished. Must never change the source, and must go on where it was when it is run again after whatever ended it.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type AesVault, UNBOUND_PREFIX } from '../../platform/aes-vault.ts'
import type { Clock } from '../../platform/clock.ts'
import { webhookPlace } from '../../platform/vault.ts'
import { COMPLETE_MARKS } from '../postgres/claim/due-marks.ts'
import { connectionConfig } from '../postgres/wire/open-pool.ts'
import { DirectoryLock } from '../shared/directory-lock.ts'
import { openReadOnly } from '../sqlite/connection/open-database.ts'
import { prepare } from '../sqlite/connection/statement.ts'
import { MIGRATIONS, versionOf } from '../sqlite/schema/migrations.ts'
import { type MoveRecord, sourceIdentity, takeUpMove } from './move-record.ts'
import { MoveRefusal } from './move-refusal.ts'
import { PLAIN_TABLES } from './moved-tables.ts'
import { lockTarget, makeDays, setSequences } from './prepare-target.ts'
import { daysOf, lastNumbers, MoveSource, NOT_EMPTIED, STAGES } from './read-source.ts'
import type { TallyLine } from './tally.ts'
import { verifyMove } from './verify-move.ts'
import { writeBatch } from './write-batch.ts'

export interface MoveRequest {
  /** The database file; its directory must be in use by nobody. */
  readonly from: string
  /** Of the PostgreSQL database. */
  readonly to: string
  readonly clock: Clock
  /** With the master key that the servers will have; asked for only when there is something sealed. */
  readonly vault: () => AesVault
  readonly onProgress: (progress: MoveProgress) => void
}

export interface MoveProgress {
  readonly step: 'copy' | 'verify'
  /** While it copies, also the rows of earlier runs; while it verifies, rows are read from both sides. */
  readonly rowsDone: number
  readonly rowsTotal: number
}

export interface MoveReport {
  /** How many rows an earlier run had copied; 0: this was the first. */
  readonly rowsBefore: number
  readonly rowsMoved: number
  readonly lines: readonly TallyLine[]
}

/** @throws MoveRefusal */
export async function moveDatabase(request: MoveRequest): Promise<MoveReport> {
  const { from, to } = request
  if (!existsSync(from))
    throw new MoveRefusal('wrong_request', `There is no database in ${dirname(from)}. Check TIMBRE_DATA_DIR.`)
  const lock = new DirectoryLock(from)
  takeDirectory(lock)
  const db = openReadOnly(from)
  const client = new pg.Client(connectionConfig({ url: to, name: 'timbre move' }))
  // A connection that breaks is told by the statement that was under way.
  client.on('error', () => {})
  try {
    refuseOldTables(db)
    refuseWrongKey(db, request.vault)
    await client.connect().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : error
      throw new MoveRefusal('failed', `The database cannot be reached: ${reason}.`, error)
    })
    return await move(db, client, request)
  } finally {
    await client.end().catch(() => {})
    db.close()
    lock.release()
  }
}

async function move(db: DatabaseSync, client: pg.Client, { clock, onProgress }: MoveRequest): Promise<MoveReport> {
  await lockTarget(client, clock.now())
  const record = await takeUpMove(client, sourceIdentity(db), clock.now())
  const days = daysOf(db)
  await makeDays(client, days)
  const source = new MoveSource(db, record.startedAt, days)
  const rowsTotal = countRows(db)
  await copy(source, client, record, (rowsDone) => onProgress({ step: 'copy', rowsDone, rowsTotal }))
  let rowsRead = 0
  const lines = await verifyMove(db, source, client, (count) => {
    rowsRead += count
    onProgress({ step: 'verify', rowsDone: rowsRead, rowsTotal: 2 * rowsTotal })
  })
  await finish(client, lastNumbers(db), clock.now())
  return { rowsBefore: record.rowsMoved, rowsMoved: rowsTotal, lines }
}

async function copy(
  source: MoveSource,
  client: pg.Client,
  { stage: reached, position, rowsMoved }: MoveRecord,
  onRows: (done: number) => void,
): Promise<void> {
  let done = rowsMoved
  for (const stage of STAGES.slice(STAGES.indexOf(reached))) {
    for (const batch of source.batches(stage, stage === reached ? position : 0)) {
      await writeBatch(client, stage, batch)
      done += batch.rowCount
      onRows(done)
    }
  }
}

/** The planner knows the tables, what is due has its marks, the next numbers are set, and the disk has all of it, before a server may begin. */
async function finish(client: pg.Client, numbers: ReadonlyMap<string, number>, now: number): Promise<void> {
  await client.query('ANALYZE')
  await client.query('SET synchronous_commit = on')
  await client.query('BEGIN')
  await setSequences(client, numbers)
  await client.query(COMPLETE_MARKS.text)
  await client.query('UPDATE moves SET finished_at = $1', [now])
  await client.query('COMMIT')
}

function takeDirectory(lock: DirectoryLock): void {
  try {
    lock.take()
  } catch (error) {
    throw new MoveRefusal('wrong_request', error instanceof Error ? error.message : String(error))
  }
}

function refuseOldTables(db: DatabaseSync): void {
  const [version, newest] = [versionOf(db), MIGRATIONS.at(-1)?.version ?? 0]
  if (version === newest) return
  throw new MoveRefusal(
    'wrong_request',
    version > newest
      ? 'The file was written by a newer Timbre. Install that one first.'
      : 'The tables of the file are of an older version. Run `timbre migrate` without DATABASE_URL first.',
  )
}

/** One secret of each key that anything was sealed with: the beginning of a sealed text tells the key. */
function refuseWrongKey(db: DatabaseSync, vault: () => AesVault): void {
  const sealed = prepare<{ readonly workspaceId: string; readonly id: string; readonly text: string }>(
    db,
    `SELECT workspace_id AS workspaceId, id, min(sealed_secret) AS text FROM webhooks WHERE deleted_at IS NULL
    GROUP BY substr(sealed_secret, 1, 12)`,
  ).all()
  if (sealed.length === 0) return
  const opener = vault()
  try {
    // The checks of keys are moved too: a server finds out with them whether its key is the one.
    for (const { text, ...row } of sealed) {
      // A server that has not run since an update has bound none to its place; the first one on PostgreSQL does.
      if (text.startsWith(UNBOUND_PREFIX)) opener.openUnbound(text)
      else opener.open(text, webhookPlace('secret', row))
    }
  } catch (error) {
    throw new MoveRefusal(
      'wrong_request',
      `The master key does not open the secrets of this data. Nothing was moved. (${error instanceof Error ? error.message : error})`,
    )
  }
}

function countRows(db: DatabaseSync): number {
  const plain = PLAIN_TABLES.map(({ name }) => `(SELECT count(*) FROM ${name})`)
  // Each event has a row in event_ids too.
  const history = ['events', 'events', 'deliveries', 'attempts'].map(
    (name) => `(SELECT count(*) FROM ${name} WHERE ${NOT_EMPTIED})`,
  )
  const sql = `SELECT ${[...plain, ...history].join(' + ')} AS count`
  return prepare<{ readonly count: number }>(db, sql).get()?.count ?? 0
}
