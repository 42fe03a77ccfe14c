// Owns how long statistics take to be read while 10 million deliveries are kept (a million with --quick), with every bucket filled
// that is kept of one webhook and of its workspace, 10,000 deliveries queued, and increments not folded yet.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { KEPT_SIZE_MS, KEPT_SIZES, keptSince } from '@timbre/server/insight/statistics/bucket-sizes.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import { fillDatabase, webhookId, workspaceId } from './fill-database.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'

const KEPT = 10_000_000
const QUEUED = 10_000
const QUESTIONS = 60
const W = workspaceId(6)
const H = webhookId(6, 4)
/** As wide as a response may be, or as what is kept. */
const SPAN_MS = { '1m': 12 * 3600_000, '1h': 31 * 24 * 3600_000, '1d': 399 * 24 * 3600_000 } as const
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

export async function measure({ rounds, quick, log }: BenchOptions): Promise<Measurement[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'timbre-stats-'))
  try {
    // The data has its master key before anything is in it.
    await (await new TimbreProcess({ dataDir }).start()).stop()
    const kept = quick ? KEPT / 10 : KEPT
    const due = { count: QUEUED, workspaceId: W, webhookId: H }
    const file = join(dataDir, 'timbre.db')
    fillDatabase({ file, kept, log })
    fillDatabase({ file, kept: 0, due, log })
    fillStatistics(file)
    const times = await ask(dataDir, rounds, log)
    const note = `${kept} deliveries kept, ${QUEUED} queued; over HTTP, through the SDK, p95 of ${QUESTIONS} questions`
    return [...times].map(([name, values]) => ({
      name: `statistics: ${name}`,
      unit: 'ms',
      values,
      ...(name.includes('widest') ? {} : { budget: { atMost: 20 } }),
      note,
    }))
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

function fillStatistics(file: string): void {
  const db = new DatabaseSync(file)
  const bucket = db.prepare('INSERT OR REPLACE INTO statistics_buckets VALUES (?, ?, ?, ?, ?)')
  db.exec('BEGIN')
  // Nothing is sent meanwhile.
  db.prepare('UPDATE webhooks SET is_active = 0 WHERE id = ?').run(H)
  for (const size of KEPT_SIZES) {
    for (let at = keptSince(size, Date.now()); at < Date.now(); at += KEPT_SIZE_MS[size]) {
      for (const id of [H, '']) bucket.run(W, id, size, at, CELLS)
    }
  }
  db.exec('COMMIT')
  db.close()
}

async function ask(dataDir: string, rounds: number, log: (line: string) => void): Promise<Map<string, number[]>> {
  const timbre = await new TimbreProcess({ dataDir }).start()
  const client = timbre.client({ workspaceId: W, apiKey: timbre.adminKey })
  const p95s = new Map<string, number[]>()
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const bucket of ['1m', '1h', '1d'] as const) {
        const widest = () => ({ bucket, since: new Date(Date.now() - SPAN_MS[bucket]).toISOString() })
        const questions = {
          webhook: () => client.webhooks.stats(H, { bucket }),
          workspace: () => client.stats.get({ bucket }),
          'webhook, widest range': () => client.webhooks.stats(H, widest()),
        }
        for (const [who, question] of Object.entries(questions)) {
          const p95 = await p95Of(question)
          const name = `${who}, ${bucket}`
          p95s.set(name, [...(p95s.get(name) ?? []), p95])
          log(`statistics, round ${round} of ${rounds}, ${name}: p95 ${p95.toFixed(1)} ms`)
        }
      }
    }
  } finally {
    await timbre.stop()
  }
  return p95s
}

async function p95Of(question: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  await question()
  for (let nth = 0; nth < QUESTIONS; nth++) {
    const startedAt = performance.now()
    await question()
    times.push(performance.now() - startedAt)
  }
  return percentile(times, 0.95)
}

if (import.meta.main) await runAlone(measure)
