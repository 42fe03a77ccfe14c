// Owns the guarantees of what is told of all workspaces together: counted as each of them is, bounded, and the most first.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bucketStart, KEPT_SIZE_MS, type KeptSize } from '../../insight/statistics/bucket-sizes.ts'
import { WHOLE_INSTANCE } from '../../insight/statistics/folded-buckets.ts'
import { mergedBuckets } from '../../insight/statistics/merged-buckets.ts'
import { measuredSizes, STORAGE_SIZES } from '../../insight/statistics/storage-sizes.ts'
import { Fixture, type MakeStorage } from './fixture.ts'

const HOUR_MS = KEPT_SIZE_MS.hour
const EVER = { since: 0, until: 9e12 }
const FOLD = { rowsMax: 500, webhooksMax: 64 }

export function instanceConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  /** Another workspace with a webhook, and so many events for it that wait. */
  async function addBusy(events: number): Promise<{ readonly workspaceId: string; readonly id: string }> {
    const workspaceId = await fixture.addWorkspace()
    const { id } = await fixture.addWebhook({ workspaceId })
    await fixture.storage.acceptEvents([{ workspaceId, events: fixture.events(events) }], fixture.noCapacity())
    return { workspaceId, id }
  }

  async function deliverAll(): Promise<void> {
    const claimed = await fixture.claim({}, fixture.now + HOUR_MS)
    await fixture.record(...claimed.map((delivery) => fixture.result(delivery)))
  }

  async function succeeded(workspaceId: string, size: KeptSize = 'hour'): Promise<number> {
    const rows = await fixture.storage.listBuckets({ workspaceId, webhookId: null, size, ...EVER })
    return [...mergedBuckets(rows, KEPT_SIZE_MS[size]).values()].reduce(
      (sum, cells) => sum + (cells.get('success') ?? 0),
      0,
    )
  }

  test('what is counted of the instance is what is counted of its workspaces, folded or not', async () => {
    await addBusy(2)
    await addBusy(3)
    await deliverAll()
    expect(await succeeded(WHOLE_INSTANCE)).toBe(5)
    await fixture.storage.foldStatistics(FOLD)
    for (const size of ['minute', 'hour', 'day'] as const) expect(await succeeded(WHOLE_INSTANCE, size)).toBe(5)
  })

  test('the webhooks with most that is queued come first, and no more rows are looked at than was said', async () => {
    const few = await addBusy(1)
    const most = await addBusy(3)
    expect(await fixture.storage.listBacklogs(100, 9)).toEqual([
      { workspaceId: most.workspaceId, webhookId: most.id, queued: 3 },
      { workspaceId: few.workspaceId, webhookId: few.id, queued: 1 },
    ])
    expect(await fixture.storage.listBacklogs(100, 1)).toHaveLength(1)
    const looked = await fixture.storage.listBacklogs(2, 9)
    expect(looked.reduce((sum, { queued }) => sum + queued, 0)).toBe(2)
    await deliverAll()
    expect(await fixture.storage.listBacklogs(100, 9)).toEqual([])
  })

  test('the workspaces with most deliveries come first, and what was before is not counted', async () => {
    const some = await addBusy(1)
    const most = await addBusy(2)
    await deliverAll()
    await fixture.storage.foldStatistics(FOLD)
    const hour = bucketStart(fixture.now, HOUR_MS) - HOUR_MS
    const busy = await fixture.storage.listBusyWorkspaces(hour, 100, 9)
    expect(busy.map(({ id, succeeded: count, failed }) => [id, count, failed])).toEqual([
      [most.workspaceId, 2, 0],
      [some.workspaceId, 1, 0],
    ])
    expect(await fixture.storage.listBusyWorkspaces(hour, 100, 1)).toHaveLength(1)
    expect(await fixture.storage.listBusyWorkspaces(hour + 24 * HOUR_MS, 100, 9)).toEqual([])
  })

  test('the size of the storage is kept once for each hour', async () => {
    const { storage, now } = fixture
    const { bytes } = await storage.measureStorage()
    expect(bytes).toBeGreaterThan(0)
    for (const at of [now, now + 1, now + HOUR_MS]) await storage.noteStorageSize(at)
    const { workspaceId, webhookId, size } = STORAGE_SIZES
    const sizes = measuredSizes(await storage.listBuckets({ workspaceId, webhookId, size, ...EVER }))
    const hour = bucketStart(now, HOUR_MS)
    expect(sizes.map(({ at }) => at)).toEqual([hour, hour + HOUR_MS])
    expect(sizes.every((one) => one.bytes > 0)).toBe(true)
  })

  test('of nodes at most one is this, and it lives', async () => {
    const nodes = await fixture.storage.listNodes()
    expect(nodes.filter(({ isThis, isLive }) => isThis && !isLive)).toEqual([])
    expect(nodes.filter(({ isThis }) => isThis).length).toBeLessThanOrEqual(1)
  })
}
