// Owns the guarantees of the count of what is queued: each delivery under what it waits for, and no more rows than allowed.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Fixture, found, type MakeStorage, MINUTE_MS } from './fixture.ts'

export function queuedConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const NOTHING = {
    due: 0,
    retry: 0,
    schedule: 0,
    callOrder: 0,
    consumer: 0,
    webhookInactive: 0,
    oldestCreatedAt: null,
  }
  const count = (rowsMax = 100) => fixture.storage.countQueued(fixture.now, rowsMax)

  describe('what is queued', () => {
    test('is counted by what it waits for, in all workspaces', async () => {
      expect(await count()).toEqual(NOTHING)
      const ordered = await fixture.addWebhook({ ordering: 'call' })
      const [first, second] = fixture.events(2, { callId: 'c' })
      const { leased } = await fixture.accept([found(first), found(second)])
      // The first failed and is tried later, so the second waits for it.
      await fixture.record(fixture.failure(found(leased[0])))
      expect(await count()).toEqual({ ...NOTHING, retry: 1, callOrder: 1, oldestCreatedAt: first?.acceptedAt })
      const workspaceId = await fixture.addWorkspace()
      await fixture.addWebhook({ workspaceId, retrySchedule: [60] })
      const other = [{ workspaceId, events: fixture.events(2) }]
      await fixture.storage.acceptEvents(other, fixture.offer())
      // Events of the fixture are a minute old, and so due about now.
      expect(await fixture.storage.countQueued(fixture.now - MINUTE_MS, 100)).toMatchObject({ schedule: 2, due: 0 })
      expect(await fixture.storage.countQueued(fixture.now + MINUTE_MS, 100)).toMatchObject({ schedule: 0 })
      await fixture.storage.updateWebhook(fixture.workspaceId, ordered.id, { isActive: false }, fixture.context())
      expect(await count()).toMatchObject({ retry: 0, callOrder: 0, webhookInactive: 2 })
    })

    test('waits for a consumer where nothing is sent', async () => {
      await fixture.addWebhook({ kind: 'pull' })
      await fixture.accept(fixture.events(2))
      expect(await count()).toEqual({ ...NOTHING, consumer: 2 })
    })

    test('is due when no node has taken it by its time, and is no more when one has', async () => {
      await fixture.addWebhook()
      await fixture.accept(fixture.events(3), fixture.noCapacity())
      expect(await count()).toMatchObject({ due: 3 })
      expect(await count(2)).toMatchObject({ due: 2 })
      await fixture.claim({ limit: 2 })
      expect(await count()).toMatchObject({ due: 1 })
    })
  })
}
