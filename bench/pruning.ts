// Owns what pruning costs those who publish: the time of a publish while 100,000 old events are removed, beside the same
// without. Load goes to 127.0.0.1 only, and is bounded in count and time.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { SystemRandom } from '@timbre/server/platform/random.ts'
import { Fixture } from '@timbre/server/storage/conformance/fixture.ts'
import { SqliteStorage } from '@timbre/server/storage/sqlite/sqlite-storage.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { prunedCount } from './server-counts.ts'

const OLD_EVENTS = 100_000
const PUBLISHES_PER_SECOND = 200
const SECONDS_MAX = 60
const ROUNDS_MAX = 1
const DAY_MS = 24 * 3600 * 1000

export async function measure({ rounds, quick, log }: BenchOptions): Promise<Measurement[]> {
  const events = quick ? OLD_EVENTS / 10 : OLD_EVENTS
  const pairs: { readonly without: Measured; readonly pruning: Measured }[] = []
  // What is pruned must be filled again, which takes longer than the measuring: one round must do.
  const pruningRounds = Math.min(rounds, ROUNDS_MAX)
  for (let round = 1; round <= pruningRounds; round++) {
    const pair = await measureOnce(events, quick ? 5 : 10)
    pairs.push(pair)
    const p99 = (measured: Measured) => percentile(measured.times, 0.99).toFixed(1)
    log(
      `pruning, round ${round} of ${pruningRounds}: p99 of a publish ${p99(pair.without)} ms without, ` +
        `${p99(pair.pruning)} ms beside; ${pair.pruning.pruned} events in ${pair.pruning.seconds.toFixed(1)} s`,
    )
  }
  const note = `${PUBLISHES_PER_SECOND} publishes/s while ${events} events of 40 days ago are removed`
  const p99 = ({ times }: Measured) => percentile(times, 0.99)
  return [
    {
      name: 'pruning: p99 of a publish beside it, to the p99 without',
      unit: '×',
      values: pairs.map(({ without, pruning }) => p99(pruning) / p99(without)),
      note,
    },
    {
      name: 'pruning: events removed beside the traffic',
      unit: 'events/s',
      values: pairs.map(({ pruning }) => pruning.pruned / pruning.seconds),
      note,
    },
  ]
}

async function measureOnce(
  events: number,
  secondsWithout: number,
): Promise<{ readonly without: Measured; readonly pruning: Measured }> {
  const scratch = mkdtempSync(join(tmpdir(), 'timbre-pruning-'))
  try {
    // The data has its master key before anything is in it.
    await (await new TimbreProcess({ dataDir: scratch }).start()).stop()
    await fill(join(scratch, 'timbre.db'), events)
    const without = await publishing(scratch, '0', async () => false, secondsWithout)
    const pruning = await publishing(scratch, '30', async (pruned) => pruned < events, SECONDS_MAX)
    return { without, pruning }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

async function fill(file: string, events: number): Promise<void> {
  const storage = new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })
  await storage.start()
  const fixture = await Fixture.make(async () => ({
    storage,
    reopen: async () => storage,
    destroy: () => storage.stop(),
  }))
  await fixture.addWebhook()
  for (let done = 0; done < events; done += 500) {
    const body = JSON.stringify({ data: { call_id: randomUUID(), transcript: 'x'.repeat(600) } })
    const acceptedAt = fixture.now - 40 * DAY_MS
    const { leased } = await fixture.accept(fixture.events(500, { acceptedAt, callId: randomUUID(), envelope: body }))
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
async function publishing(
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
        pruned = await prunedCount(timbre)
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

if (import.meta.main) await runAlone(measure)
