import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { backlogSql } from '../support/backlog.ts'
import { makeCertificates } from '../support/certificates.ts'
import { makeDatabase, type TestDatabase } from '../support/postgres/database.ts'
import { Receiver } from '../support/receiver.ts'
import { runTimbre } from '../support/run-timbre.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

const COMMAND = fileURLToPath(new URL('../../cli/bin/timbre.mjs', import.meta.url))
const MOVE = ['move', '--from', 'sqlite', '--to', 'postgres']
const EVENTS = 12_000

const certificates = await makeCertificates()

let dataDir: string
let receiver: Receiver
let timbre: TimbreProcess
let database: TestDatabase
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'timbre-move-'))
  receiver = await new Receiver({ certificates }).start()
  timbre = await new TimbreProcess({ ca: certificates.ca, dataDir }).start()
  database = await makeDatabase(inject('postgresUrl'))
})
afterEach(async () => {
  await timbre.destroy()
  await receiver.stop()
  await database.drop()
  rmSync(dataDir, { recursive: true })
})

const settings = () => ({ TIMBRE_DATA_DIR: dataDir, DATABASE_URL: database.url })
const client = () => timbre.client()

/** Some deliveries that were made, one that waits for its next try, and many that are due. */
async function fill(count: number): Promise<string> {
  const webhook = await client().webhooks.create({ url: receiver.url('/hook') })
  await client().webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  for (let nth = 0; nth < 10; nth++)
    await client().events.publish({ type: 'call.completed', data: { call_id: `call-${nth}` } })
  await until(
    async () => receiver.count,
    (received) => received === 10,
  )
  await timbre.stop()
  const db = new DatabaseSync(join(dataDir, 'timbre.db'))
  db.exec(backlogSql('sqlite', { workspaceId: timbre.workspaceId, webhookId: webhook.id, count }))
  db.close()
  return webhook.id
}

async function rowsMoved(): Promise<number> {
  const connection = new pg.Client(database.url)
  await connection.connect()
  const { rows } = await connection
    .query('SELECT rows_moved::int AS moved FROM moves')
    .catch(() => ({ rows: [{ moved: 0 }] }))
  await connection.end()
  return rows[0]?.moved ?? 0
}

/** Kills the move once it has copied more than `rows`; false when it had ended before. */
async function killAfter(rows: number): Promise<boolean> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings() }
  const child: ChildProcess = spawn(process.execPath, [COMMAND, ...MOVE], { env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  while (child.exitCode === null && (await rowsMoved()) <= rows) await new Promise((resolve) => setTimeout(resolve, 5))
  child.kill('SIGKILL')
  await exited
  return child.signalCode === 'SIGKILL'
}

test('a move that is killed again and again goes on, is verified, and a server delivers what was due, once', async () => {
  await fill(EVENTS)
  const total = 3 * EVENTS
  for (const part of [0, 0.2, 0.5, 0.8]) {
    expect(await killAfter(total * part), `it had ended before ${part}`).toBe(true)
    expect(await rowsMoved()).toBeLessThan(total)
  }
  // Everything is there, an event with its id and its delivery each, and is being verified.
  expect(await killAfter(3 * (EVENTS + 10) - 1), 'it had been verified before').toBe(true)
  const refused = new TimbreProcess({ dataDir, databaseUrl: database.url })
  await expect(refused.start()).rejects.toThrow('A move from SQLite into this database was begun and is not finished')
  const moved = await runTimbre(MOVE, settings())
  expect([moved.code, moved.stderr]).toEqual([0, ''])
  expect(moved.stdout).toMatch(new RegExp(`deliveries +${timbre.workspaceId} +${EVENTS + 10} +[0-9a-f]{16}\n`))
  expect(moved.stdout).toMatch(/attempts +\S+ +10 +[0-9a-f]{16}\n/)
  expect(moved.stdout).toMatch(/Moved \d+ rows in \d+ s \(\d+ of them before\)/)

  await timbre.start({ DATABASE_URL: database.url })
  await until(
    async () => receiver.count,
    (count) => count === EVENTS + 10,
    60_000,
  )
  await timbre.stop()
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids).size).toBe(EVENTS + 10)
  expect(receiver.count).toBe(EVENTS + 10)
})

test('what cannot be moved is refused with a sentence and exit code 2', async () => {
  await fill(1)
  const wrongKey = await runTimbre(MOVE, { ...settings(), TIMBRE_MASTER_KEY: 'ab'.repeat(32) })
  expect([wrongKey.code, wrongKey.stderr]).toEqual([2, expect.stringContaining('The master key does not open')])
  const nowhere = await runTimbre(MOVE, { TIMBRE_DATA_DIR: dataDir })
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('DATABASE_URL is not set')])
  const empty = join(dataDir, 'empty')
  mkdirSync(empty)
  const nothing = await runTimbre(MOVE, { ...settings(), TIMBRE_DATA_DIR: empty })
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('There is no database in')])
  expect((await runTimbre(['move', '--from', 'postgres', '--to', 'sqlite'], settings())).code).toBe(2)
  const unreachable = await runTimbre(MOVE, { ...settings(), DATABASE_URL: 'postgres://timbre@127.0.0.1:1/timbre' })
  expect([unreachable.code, unreachable.stderr]).toEqual([
    1,
    'The database cannot be reached: nothing listens at 127.0.0.1:1. Start PostgreSQL there, or correct DATABASE_URL.\n',
  ])
  const used = new TimbreProcess({ databaseUrl: database.url })
  await used.start()
  await used.destroy()
  const full = await runTimbre(MOVE, settings())
  expect([full.code, full.stderr]).toEqual([2, expect.stringMatching(/A server runs on this database|is not empty/)])
})

test('timbre migrate says what it does, on either backend, and --check only whether it would', async () => {
  const check = await runTimbre(['migrate', '--check'], settings())
  expect([check.code, check.stdout]).toEqual([3, expect.stringMatching(/^Due from version 0 to \d+: 1 initial/)])
  const made = await runTimbre(['migrate'], settings())
  expect([made.code, made.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^Migrating from version 0 to \d+: .*\nMigrated from version 0 to \d+ in [\d.]+ s: 1 initial/,
    ),
  ])
  expect((await runTimbre(['migrate', '--check'], settings())).code).toBe(0)
  expect((await runTimbre(['migrate'], settings())).stdout).toMatch(/^Nothing to do: the tables have version \d+\./)

  const onFile = { TIMBRE_DATA_DIR: dataDir }
  expect((await runTimbre(['migrate', '--check'], onFile)).code).toBe(0)
  const inUse = await runTimbre(['migrate'], onFile)
  expect([inUse.code, inUse.stderr]).toEqual([2, expect.stringContaining('Another Timbre process is using')])
  const unreachable = await runTimbre(['migrate'], { DATABASE_URL: 'postgres://timbre@127.0.0.1:1/timbre' })
  expect([unreachable.code, unreachable.stderr]).toEqual([1, expect.stringMatching(/^The database cannot be reached/)])
  await timbre.stop()
  expect((await runTimbre(['migrate'], onFile)).stdout).toMatch(/^Nothing to do/)
})
