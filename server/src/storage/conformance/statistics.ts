// Owns the guarantees of statistics: at any moment, folded or not, they are what a recount of history gives, in every size.
import { OUTCOMES } from '@timbre/contract/attempt.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bucketStart, KEPT_SIZE_MS, KEPT_SIZES, type KeptSize } from '../../insight/statistics/bucket-sizes.ts'
import { CellCounts } from '../../insight/statistics/cell-counts.ts'
import { attemptCell, LATENCY_LETTERS, latencyCell } from '../../insight/statistics/cells.ts'
import { binOf } from '../../insight/statistics/latency-bins.ts'
import { stopFaultOf, stopPhaseOf } from '../../insight/statistics/stop-phase.ts'
import type { AttemptRow, LeasedDelivery } from '../storage.ts'
import { Fixture, HISTORY, type MakeStorage, MINUTE_MS, only } from './fixture.ts'

const DAY_MS = 24 * 3_600_000
const EVER = { since: 0, until: 9e12 }

/** Of one bucket, by the name of the cell. */
type Counts = Readonly<Record<string, number>>

export function statisticsConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const counted = (webhookId: string | null, size: KeptSize = 'minute') => countedOf(fixture, webhookId, size)
  const fold = (rowsMax = 500) => foldAll(fixture, rowsMax)

  test('an attempt is counted once it is recorded, for its webhook and its workspace, and stays so when it is folded', async () => {
    const webhook = await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(2))
    const minute = bucketStart(fixture.now, MINUTE_MS)
    const at = (startedAt: number) => ({
      startedAt,
      durationMs: 12.5,
      timings: { dns: 0.5, connect: 1, tls: 2, firstByte: 9 },
    })
    const [first, second] = leased
    await fixture.record(
      ...[first, second].flatMap((delivery, nth) => {
        const attempt = fixture.attempt(at(minute + nth * MINUTE_MS))
        return delivery === undefined ? [] : [fixture.result(delivery, { attempt })]
      }),
    )
    const one = { 'answered|200|': 1, success: 1, D10: 1, C14: 1, T18: 1, F26: 1, A28: 1 }
    const expected = { [minute]: one, [minute + MINUTE_MS]: one }
    expect(await counted(webhook.id)).toEqual(expected)
    expect(await counted(null)).toEqual(expected)
    await fold()
    expect(await counted(webhook.id)).toEqual(expected)
    expect(await counted(null)).toEqual(expected)
    await fixture.reopen()
    expect(await counted(webhook.id)).toEqual(expected)
  })

  test('a result whose lease was lost is not counted', async () => {
    const webhook = await fixture.addWebhook()
    const delivery = only((await fixture.accept([fixture.event()])).leased)
    await fixture.storage.rescueDeliveries(fixture.now, true)
    expect(await fixture.record(fixture.result(delivery))).toEqual([false])
    expect(await counted(webhook.id)).toEqual({})
  })

  test('a delivery that ends because its webhook was deleted is counted for the workspace, which keeps what the webhook had', async () => {
    const webhook = await fixture.addWebhook()
    const delivery = only((await fixture.accept([fixture.event()])).leased)
    await fixture.record(fixture.result(delivery))
    await fixture.accept(fixture.events(2), fixture.noCapacity())
    await fold()
    const { storage, workspaceId, now } = fixture
    await storage.deleteWebhook(workspaceId, webhook.id, fixture.context('webhook.deleted'))
    expect(await storage.endOrphanedDeliveries(500, now)).toBe(2)
    const before = await counted(null)
    await fold()
    expect(await counted(null)).toEqual(before)
    expect(Object.values(before).reduce((sum, { failed = 0 }) => sum + failed, 0)).toBe(2)
    expect(Object.values(await counted(webhook.id)).some(({ failed }) => failed !== undefined)).toBe(false)
    expect(await counted(null)).toEqual(before)
  })

  test('erasing a call and pruning events change nothing that was counted', async () => {
    const webhook = await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(3, { callId: 'call-1' }))
    await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
    const before = await counted(webhook.id)
    const { storage, workspaceId, now } = fixture
    await storage.eraseCall({ workspaceId, callId: 'call-1', now, rowsMax: 500 })
    expect(await fixture.deliveries()).toEqual([])
    expect(await counted(webhook.id)).toEqual(before)
    await fold()
    expect(await counted(webhook.id)).toEqual(before)
  })

  test('buckets past their time are removed, a bounded number at once, and each size by its own time', async () => {
    const webhook = await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(4))
    const ages = [0, 3, 40, 500]
    await fixture.record(
      ...leased.map((delivery, nth) => {
        const startedAt = fixture.now - (ages[nth] ?? 0) * DAY_MS
        return fixture.result(delivery, { attempt: fixture.attempt({ startedAt }) })
      }),
    )
    await fold()
    const pruned: number[] = []
    do pruned.push(await fixture.storage.pruneStatistics(fixture.now, 5))
    while (pruned.at(-1) === 5)
    // Of webhook, workspace and instance: three minutes, two hours, one day.
    expect(pruned).toEqual([5, 5, 5, 3])
    for (const [size, left] of [
      ['minute', 1],
      ['hour', 2],
      ['day', 3],
    ] as const) {
      expect(Object.keys(await counted(webhook.id, size))).toHaveLength(left)
      expect(Object.keys(await counted(null, size))).toHaveLength(left)
    }
  })

  test('is another workspace’s only there', async () => {
    await fixture.addWebhook()
    await fixture.record(fixture.result(only((await fixture.accept([fixture.event()])).leased)))
    await fold()
    const other = await fixture.addWorkspace()
    expect(await fixture.storage.listBuckets({ workspaceId: other, webhookId: null, size: 'day', ...EVER })).toEqual([])
  })

  describe('over any history', () => {
    test('is what a recount of the attempts gives, in every size, whenever it is folded', {
      timeout: 60_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const own = await Fixture.make(makeStorage)
          try {
            await new RecordedHistory(own).run(steps)
          } finally {
            await own.destroy()
          }
        }),
        { numRuns: 15 },
      )
    })
  })
}

type Step =
  | { readonly kind: 'fold'; readonly rowsMax: number; readonly webhooksMax: number }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'replay' }
  | { readonly kind: 'record'; readonly webhook: number; readonly ends: readonly End[] }

interface End {
  readonly status: 'success' | 'failed' | 'queued'
  readonly attempt: Pick<
    AttemptRow,
    'startedAt' | 'durationMs' | 'timings' | 'outcome' | 'responseStatus' | 'remoteAddress'
  >
}

const ms = fc.oneof(fc.double({ min: 0, max: 2_000, noNaN: true }), fc.constantFrom(0, 0.1, 15_000, 2_000_000))
const phase = fc.option(ms, { nil: null })
const end: fc.Arbitrary<End> = fc.record({
  status: fc.constantFrom('success', 'failed', 'queued'),
  attempt: fc.record({
    // Minutes and hours before now, so that batches lie across borders.
    startedAt: fc.integer({ min: 0, max: 200 }).map((minutes) => -minutes * MINUTE_MS),
    durationMs: ms,
    timings: fc.record({ dns: phase, connect: phase, tls: phase, firstByte: phase }),
    outcome: fc.constantFrom(...OUTCOMES),
    responseStatus: fc.option(fc.constantFrom(200, 204, 301, 404, 503), { nil: null }),
    remoteAddress: fc.constantFrom(null, '203.0.113.7'),
  }),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fold' as const),
      rowsMax: fc.integer({ min: 1, max: 9 }),
      webhooksMax: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      webhook: fc.nat(2),
      ends: fc.array(end, { minLength: 1, maxLength: 6 }),
    }),
  },
)

/** Records what it is told, and counts it once more from the attempts that the storage lists. */
class RecordedHistory {
  readonly #fixture: Fixture
  readonly #webhookIds: string[] = []
  /** Of deliveries that ended, and are not yet asked for again. */
  readonly #deliveries = new Map<string, LeasedDelivery>()
  /** By attempt: what its delivery was after it. */
  readonly #statuses = new Map<string, 'success' | 'failed' | 'queued'>()

  constructor(fixture: Fixture) {
    this.#fixture = fixture
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (let nth = 0; nth < 3; nth++) this.#webhookIds.push((await this.#fixture.addWebhook()).id)
    for (const each of steps) await this.#take(each)
    await this.#check()
    await foldAll(this.#fixture, 7)
    await this.#check()
  }

  async #take(each: Step): Promise<void> {
    if (each.kind === 'fold')
      await this.#fixture.storage.foldStatistics({ rowsMax: each.rowsMax, webhooksMax: each.webhooksMax })
    else if (each.kind === 'reopen') await this.#fixture.reopen()
    else if (each.kind === 'replay') await this.#replay()
    else await this.#record(each)
  }

  async #record({ webhook, ends }: Extract<Step, { kind: 'record' }>): Promise<void> {
    await this.#fixture.accept(this.#fixture.events(ends.length), this.#fixture.noCapacity())
    const claimed = await this.#fixture.claim({}, this.#fixture.now + DAY_MS)
    const own = claimed.filter(({ webhookId }) => webhookId === this.#webhookIds[webhook]).slice(0, ends.length)
    await this.#fixture.record(
      ...own.map((delivery, nth) => {
        const { status, attempt } = ends[nth] ?? { status: 'success', attempt: { startedAt: 0 } }
        const number = delivery.attempts + 1
        this.#deliveries.set(delivery.id, delivery)
        this.#statuses.set(`${delivery.id} ${number}`, status)
        const startedAt = this.#fixture.now + attempt.startedAt
        return this.#fixture.result(delivery, {
          status,
          nextAttemptAt: status === 'queued' ? this.#fixture.now : null,
          attempt: this.#fixture.attempt({ ...attempt, number, startedAt }),
        })
      }),
    )
    await this.#fixture.storage.rescueDeliveries(this.#fixture.now, true)
  }

  async #replay(): Promise<void> {
    const { storage, now } = this.#fixture
    for (const webhookId of this.#webhookIds) {
      const row = this.#fixture.replayRow(webhookId, { only: 'all', since: 0, until: now + 1 })
      await storage.createReplay(row, 99, this.#fixture.context('replay.created'))
      await this.#fixture.replay(row, { queueMax: 50, dueMax: 1_000_000 })
    }
  }

  async #check(): Promise<void> {
    for (const size of KEPT_SIZES) {
      const all = await this.#recount(size)
      for (const id of this.#webhookIds) expect(await countedOf(this.#fixture, id, size)).toEqual(all.get(id) ?? {})
      expect(await countedOf(this.#fixture, null, size)).toEqual(all.get('') ?? {})
    }
  }

  async #recount(size: KeptSize): Promise<Map<string, Record<number, Record<string, number>>>> {
    const counts = new Map<string, Record<number, Record<string, number>>>()
    for (const { id, webhookId } of this.#deliveries.values()) {
      const { rows } = await this.#fixture.storage.listAttempts(this.#fixture.workspaceId, id, HISTORY)
      for (const row of rows) {
        const at = bucketStart(Math.round(row.startedAt + row.durationMs), KEPT_SIZE_MS[size])
        for (const name of namesOf(row, this.#statuses.get(`${id} ${row.number}`))) {
          for (const of of [webhookId, '']) {
            const buckets = counts.get(of) ?? {}
            counts.set(of, buckets)
            const bucket = buckets[at] ?? {}
            buckets[at] = bucket
            bucket[name] = (bucket[name] ?? 0) + 1
          }
        }
      }
    }
    return counts
  }
}

function namesOf(row: AttemptRow, status: string | undefined): string[] {
  const { outcome, responseStatus, timings, durationMs } = row
  const latencies = Object.keys(LATENCY_LETTERS) as (keyof typeof LATENCY_LETTERS)[]
  return [
    attemptCell({ outcome, status: responseStatus, phase: stopPhaseOf(row), fault: stopFaultOf(row) }),
    ...(status === undefined || status === 'queued' ? [] : [status]),
    ...latencies.flatMap((each) => {
      const value = each === 'total' ? durationMs : timings[each]
      return value === null ? [] : [latencyCell(each, binOf(value))]
    }),
  ]
}

async function countedOf(fixture: Fixture, webhookId: string | null, size: KeptSize): Promise<Record<number, Counts>> {
  const rows = await fixture.storage.listBuckets({ workspaceId: fixture.workspaceId, webhookId, size, ...EVER })
  const buckets = [...Map.groupBy(rows, ({ at }) => bucketStart(at, KEPT_SIZE_MS[size]))]
  return Object.fromEntries(
    buckets.map(([start, ofBucket]) => {
      // As a response counts them.
      const counts = new CellCounts()
      for (const { cells } of ofBucket) counts.addWritten(cells)
      return [start, Object.fromEntries(counts.cells())]
    }),
  )
}

async function foldAll({ storage }: Fixture, rowsMax: number): Promise<void> {
  while (await storage.foldStatistics({ rowsMax, webhooksMax: 2 }));
}
