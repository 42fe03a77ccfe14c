// What pruning costs those who publish: the time of a publish while 100,000 old events are removed, beside the same
// without. `node bench/pruning.ts`; it takes about two minutes.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { SystemRandom } from '@timbre/server/platform/random.ts'
import { Fixture } from '@timbre/server/storage/conformance/fixture.ts'
import { SqliteStorage } from '@timbre/server/storage/sqlite/sqlite-storage.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'

const OLD_EVENTS = 100_000
const PUBLISHES_PER_SECOND = 200
const SECONDS_MAX = 60
const DAY_MS = 24 * 3600 * 1000

const scratch = mkdtempSync(join(tmpdir(), 'timbre-pruning-'))
try {
  await main()
} finally {
  rmSync(scratch, { recursive: true })
}

async function main(): Promise<void> {
  const dataDir = join(scratch, 'data')
  mkdirSync(dataDir)
  console.log(`filling ${OLD_EVENTS} events of 40 days ago, each with a delivery and an attempt …`)
  await fill(join(dataDir, 'timbre.db'))
  const without = await measure(dataDir, '0', async () => false, 15)
  const pruning = await measure(dataDir, '30', async (pruned) => pruned < OLD_EVENTS, SECONDS_MAX)
  for (const [name, { times, pruned, seconds }] of Object.entries({ without, pruning })) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => percentile(times, part).toFixed(1))
    console.log(
      `${name}: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms of ${times.length} publishes; ` +
        `${pruned} events pruned in ${seconds.toFixed(1)} s`,
    )
  }
  const ratio = percentile(pruning.times, 0.99) / percentile(without.times, 0.99)
  console.log(`p99 while pruning is ${ratio.toFixed(2)} × the p99 without`)
}

async function fill(file: string): Promise<void> {
  const storage = new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })
  await storage.start()
  const fixture = await Fixture.make(async () => ({
    storage,
    reopen: async () => storage,
    destroy: () => storage.stop(),
  }))
  await fixture.addWebhook()
  for (let done = 0; done < OLD_EVENTS; done += 500) {
    const body = JSON.stringify({ data: { call_id: randomUUID(), transcript: 'x'.repeat(600) } })
    const acceptedAt = fixture.now - 40 * DAY_MS
    const { leased } = await fixture.accept(fixture.events(500, { acceptedAt, callId: randomUUID(), body }))
    await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
  }
  await storage.stop()
}

interface Measured {
  readonly times: readonly number[]
  readonly pruned: number
  readonly seconds: number
}

/** Publishes at a fixed pace, each on its own, for as long as `goOn` says or `secondsMax`. */
async function measure(
  dataDir: string,
  retentionDays: string,
  goOn: (pruned: number) => Promise<boolean>,
  secondsMax: number,
): Promise<Measured> {
  const timbre = await new TimbreProcess({ dataDir, settings: { TIMBRE_RETENTION_DAYS: retentionDays } }).start()
  try {
    const client = timbre.client()
    const times: number[] = []
    const publish = async () => {
      const startedAt = performance.now()
      await client.events.publish({ type: 'call.completed', data: { call_id: randomUUID() } })
      times.push(performance.now() - startedAt)
    }
    const startedAt = performance.now()
    const seconds = () => (performance.now() - startedAt) / 1000
    const all: Promise<void>[] = []
    let pruned = 0
    for (let nth = 0; seconds() < secondsMax; nth++) {
      if (nth % PUBLISHES_PER_SECOND === 0 && nth > 0) {
        pruned = await prunedOf(timbre)
        if (retentionDays !== '0' && !(await goOn(pruned))) break
      }
      all.push(publish())
      const waitMs = (nth * 1000) / PUBLISHES_PER_SECOND - seconds() * 1000
      await new Promise((resolve) => setTimeout(resolve, Math.max(waitMs, 0)))
    }
    await Promise.all(all)
    return { times, pruned, seconds: seconds() }
  } finally {
    await timbre.stop()
  }
}

async function prunedOf(timbre: TimbreProcess): Promise<number> {
  const text = await (await fetch(`${timbre.address}/metrics`)).text()
  return Number(/^timbre_events_pruned_total (\d+)/m.exec(text)?.[1] ?? 0)
}

function percentile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN
}
