// Owns how long statistics take to be read over HTTP while 10 million deliveries are kept (a million with --quick), with every bucket
// filled that is kept of one webhook and of its workspace, and 10,000 deliveries queued; and beside it what they cost a delivery.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BUCKET_SIZES, type BucketSize } from '@timbre/contract/statistics.ts'
import { KEPT_SIZE_MS, KEPT_SIZES, keptSince } from '@timbre/server/insight/statistics/bucket-sizes.ts'
import pg from 'pg'
import { TimbreProcess, type TimbreProcessOptions } from '../test/support/timbre-process.ts'
import { fillDatabase, webhookId, workspaceId } from './fill-database.ts'
import { fillPostgres } from './fill-postgres.ts'
import { measureInsightCost } from './insight-cost.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { PostgresServer } from './postgres-server.ts'
import { runAlone } from './run-alone.ts'

const KEPT = 10_000_000
const QUEUED = 10_000
const QUESTIONS = 60
/** Not measured: what has just been started is still being compiled. */
const WARM_UP = 30
const W = workspaceId(6)
const H = webhookId(6, 4)
const DUE = { count: QUEUED, workspaceId: W, webhookId: H }
/** As wide as a response may be, or as what is kept. */
const SPAN_MS: Readonly<Record<BucketSize, number>> = {
  '1m': 12 * 3600_000,
  '5m': 24 * 3600_000,
  '1h': 31 * 24 * 3600_000,
  '1d': 399 * 24 * 3600_000,
}
/** A busy webhook: several outcomes, and latencies over a dozen bins of each phase. */
const CELLS = JSON.stringify({
  'answered|200|': 480,
  'answered|503|': 9,
  'timed_out||first_byte': 3,
  success: 480,
  failed: 2,
  ...Object.fromEntries(
    ['D', 'C', 'T', 'F', 'A'].flatMap((phase) => Array.from({ length: 12 }, (_, n) => [`${phase}${n + 14}`, 40])),
  ),
})

/** On SQLite. */
export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const cost = await measureInsightCost(options)
  const dataDir = mkdtempSync(join(tmpdir(), 'timbre-stats-'))
  try {
    const kept = options.quick ? KEPT / 10 : KEPT
    await fill(dataDir, kept, options)
    return [...cost, ...rowsOf('', kept, await ask({ dataDir }, options))]
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

export async function measureOnPostgres(options: BenchOptions): Promise<Measurement[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'timbre-stats-'))
  const server = await PostgresServer.start()
  try {
    const cost = await measureInsightCost(options, server)
    const kept = options.quick ? KEPT / 10 : KEPT
    const { url: databaseUrl } = await server.makeDatabase()
    makeMasterKey(dataDir)
    // Makes the tables.
    await (await new TimbreProcess({ dataDir, databaseUrl }).start()).stop()
    await fillPostgres({ url: databaseUrl, kept, due: DUE, log: options.log })
    await fillStatisticsOnPostgres(databaseUrl)
    return [...cost, ...rowsOf(', PostgreSQL', kept, await ask({ dataDir, databaseUrl }, options))]
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true })
  }
}

function rowsOf(where: string, kept: number, times: ReadonlyMap<string, number[]>): Measurement[] {
  const note = `${kept} deliveries kept, ${QUEUED} queued; over HTTP, through the SDK, of ${QUESTIONS} questions after ${WARM_UP} others`
  return [...times].map(([name, values]) => ({
    name: `statistics${where}: ${name}`,
    unit: 'ms',
    values,
    ...(name.endsWith(name.includes('widest') ? 'p50' : 'p95') ? { budget: { atMost: 20 } } : {}),
    note,
  }))
}

async function fill(dataDir: string, kept: number, { log }: BenchOptions): Promise<void> {
  // The data has its master key before anything is in it.
  await (await new TimbreProcess({ dataDir }).start()).stop()
  const file = join(dataDir, 'timbre.db')
  fillDatabase({ file, kept, log })
  fillDatabase({ file, kept: 0, due: DUE, log })
  fillStatistics(file)
}

/** Nodes share theirs, so that none makes one. */
function makeMasterKey(dataDir: string): void {
  writeFileSync(join(dataDir, 'master.key'), randomBytes(32).toString('base64'), { mode: 0o600 })
}

/** Nothing is sent meanwhile. */
const DISABLE = `UPDATE webhooks SET is_active = 0 WHERE id = '${H}'`

function fillStatistics(file: string): void {
  const db = new DatabaseSync(file)
  const bucket = db.prepare('INSERT OR REPLACE INTO statistics_buckets VALUES (?, ?, ?, ?, ?)')
  db.exec(`BEGIN; ${DISABLE}`)
  for (const { webhook, size, at } of everyBucket()) bucket.run(W, webhook, size, at, CELLS)
  db.exec('COMMIT')
  db.close()
}

async function fillStatisticsOnPostgres(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const buckets = [...everyBucket()]
  const columns = [buckets.map(({ webhook }) => webhook), buckets.map(({ size }) => size), buckets.map(({ at }) => at)]
  await client.query(DISABLE)
  await client.query(
    `INSERT INTO statistics_buckets SELECT $1, webhook, size, at, $2 FROM unnest($3::text[], $4::text[], $5::bigint[]) b (webhook, size, at)`,
    [W, CELLS, ...columns],
  )
  await client.query('VACUUM ANALYZE statistics_buckets')
  await client.end()
}

/** All that are kept, of the webhook and of its workspace. */
function* everyBucket() {
  const now = Date.now()
  for (const size of KEPT_SIZES) {
    for (let at = keptSince(size, now); at < now; at += KEPT_SIZE_MS[size]) {
      for (const webhook of [H, '']) yield { webhook, size, at }
    }
  }
}

async function ask(
  on: Pick<TimbreProcessOptions, 'dataDir' | 'databaseUrl'>,
  { rounds, log }: BenchOptions,
): Promise<Map<string, number[]>> {
  const timbre = await new TimbreProcess(on).start()
  const client = timbre.client({ workspaceId: W, apiKey: timbre.adminKey })
  const values = new Map<string, number[]>()
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const bucket of BUCKET_SIZES) {
        const widest = () => ({ bucket, since: new Date(Date.now() - SPAN_MS[bucket]).toISOString() })
        const questions = {
          webhook: () => client.webhooks.stats(H, { bucket }),
          workspace: () => client.stats.get({ bucket }),
          'webhook, widest range': () => client.webhooks.stats(H, widest()),
        }
        for (const [who, question] of Object.entries(questions)) {
          const times = await timesOf(question)
          const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)]
          for (const [share, value] of Object.entries({ p50, p95 })) {
            const name = `${who}, ${bucket}, ${share}`
            values.set(name, [...(values.get(name) ?? []), value])
          }
          log(
            `statistics, round ${round} of ${rounds}, ${who}, ${bucket}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`,
          )
        }
      }
    }
  } finally {
    await timbre.stop()
  }
  return values
}

/** Milliseconds of each question, from the request to the parsed response. */
async function timesOf(question: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let nth = 0; nth < WARM_UP; nth++) await question()
  for (let nth = 0; nth < QUESTIONS; nth++) {
    const startedAt = performance.now()
    await question()
    times.push(performance.now() - startedAt)
  }
  return times
}

if (import.meta.main) await runAlone(measure)
