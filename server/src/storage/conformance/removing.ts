// Owns the guarantees of removing: pruning by age, erasing by call. What must stay stays, what must go is gone.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EraseResult, LeasedDelivery, NewEvent, PruneResult, RemovedRows } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, only } from './fixture.ts'

const DAY_MS = 24 * 3600 * 1000
const NOTHING: RemovedRows = { events: 0, deliveries: 0, attempts: 0 }

export function removingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const oldEvents = (count: number, fields: Partial<NewEvent> = {}) =>
    fixture.events(count, { acceptedAt: fixture.now - 31 * DAY_MS, ...fields })
  const storedEvents = async (workspaceId: string = fixture.workspaceId) =>
    (await fixture.storage.listEvents(workspaceId, {}, HISTORY)).rows
  const attemptsOf = async ({ id }: LeasedDelivery) =>
    (await fixture.storage.listAttempts(fixture.workspaceId, id, HISTORY)).rows.length

  async function acceptEnded(events: readonly NewEvent[]): Promise<readonly LeasedDelivery[]> {
    const { leased } = await fixture.accept(events)
    await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
    return leased
  }

  /** A whole sweep. */
  async function prune(retentionDaysDefault = 30, rowsMax = 500): Promise<PruneResult[]> {
    const answers: PruneResult[] = []
    let from: PruneResult['next'] = null
    do {
      const result = await fixture.storage.pruneEvents({ now: fixture.now, retentionDaysDefault, from, rowsMax })
      answers.push(result)
      from = result.next
    } while (from !== null)
    return answers
  }

  async function erase(callId: string, rowsMax = 500): Promise<EraseResult[]> {
    const answers: EraseResult[] = []
    const { workspaceId, now } = fixture
    do answers.push(await fixture.storage.eraseCall({ workspaceId, callId, now, rowsMax }))
    while (answers.at(-1)?.isDone === false)
    return answers
  }

  describe('pruning', () => {
    test('removes what is past its retention with deliveries and attempts, and keeps the rest and the counters', async () => {
      const webhook = await fixture.addWebhook()
      const old = await acceptEnded(oldEvents(3))
      const young = await acceptEnded(fixture.events(2))
      expect(sum(await prune())).toEqual({ events: 3, deliveries: 3, attempts: 3 })
      expect((await storedEvents()).map(({ id }) => id).sort()).toEqual(young.map(({ eventId }) => eventId))
      expect((await fixture.deliveries()).map(({ id }) => id).sort()).toEqual(young.map(({ id }) => id).sort())
      expect(await attemptsOf(found(old[0]))).toBe(0)
      expect(await attemptsOf(found(young[0]))).toBe(1)
      expect((await fixture.webhook(webhook.id)).successCount).toBe(5)
      expect(sum(await prune())).toEqual(NOTHING)
    })

    test('keeps an event with a delivery that is queued or being sent, whole, until that has ended', async () => {
      await fixture.addWebhook()
      await fixture.addWebhook()
      const [sent, sending] = (await fixture.accept(oldEvents(1))).leased
      await fixture.record(fixture.result(found(sent)))
      const [retried] = (await fixture.accept(oldEvents(1))).leased
      await fixture.record(fixture.failure(found(retried)))
      expect(sum(await prune())).toEqual(NOTHING)
      expect([(await storedEvents()).length, (await fixture.deliveries()).length]).toEqual([2, 4])
      expect(await attemptsOf(found(sent))).toBe(1)
      expect(await fixture.record(fixture.result(found(sending)))).toEqual([true])
      expect(sum(await prune())).toEqual({ events: 1, deliveries: 2, attempts: 2 })
    })

    test("follows each workspace's own retention, the given one where it has none, and 0 keeps for ever", async () => {
      const { storage } = fixture
      const others = [await fixture.addWorkspace(), await fixture.addWorkspace(), await fixture.addWorkspace()]
      const retentions = [null, 0, 60, 1] as const
      const workspaces = [fixture.workspaceId, ...others]
      for (const [index, retentionDays] of retentions.entries()) {
        const workspaceId = found(workspaces[index])
        const row = await storage.updateWorkspace(workspaceId, { retentionDays }, fixture.context('workspace.updated'))
        expect(row.retentionDays).toBe(retentionDays)
        await storage.acceptEvents([{ workspaceId, events: oldEvents(2) }], fixture.offer())
      }
      await prune(0)
      const counts = () => Promise.all(workspaces.map(async (id) => (await storedEvents(id)).length))
      expect(await counts()).toEqual([2, 2, 2, 0])
      await prune(30)
      expect(await counts()).toEqual([0, 2, 2, 0])
    })

    test('does no more in one batch than asked for, and the batches together do everything', async () => {
      await fixture.addWebhook()
      const [many] = (await fixture.accept(oldEvents(1))).leased
      let delivery = found(many)
      for (let number = 1; number <= 25; number++) {
        await fixture.record(fixture.failure(delivery, { nextAttemptAt: fixture.now }))
        delivery = only(await fixture.claim())
      }
      await fixture.record(fixture.result(delivery))
      await acceptEnded(oldEvents(20))
      const answers = await prune(30, 10)
      for (const { removed } of answers) expect(rowsOf(removed)).toBeLessThanOrEqual(10)
      expect(sum(answers)).toEqual({ events: 21, deliveries: 21, attempts: 46 })
      expect(await fixture.deliveries()).toEqual([])
    })

    test('never gives a sequence number again, also when nothing is left and the store is opened again', async () => {
      await fixture.addWebhook()
      await acceptEnded(oldEvents(5))
      const before = [found((await storedEvents())[0]).seq, found((await fixture.deliveries())[0]).seq]
      for (let round = 0; round < 2; round++) {
        await prune()
        expect([await storedEvents(), await fixture.deliveries()]).toEqual([[], []])
        await fixture.reopen()
        await acceptEnded(oldEvents(1))
        const after = [only(await storedEvents()).seq, (await fixture.delivery()).seq]
        expect(after.map((seq, index) => seq > found(before[index]))).toEqual([true, true])
        before.splice(0, 2, ...after)
      }
    })

    test('lets an id that was pruned be published again as a new event', async () => {
      const [event] = oldEvents(1)
      await fixture.accept([found(event)])
      await prune()
      const { results } = await fixture.accept([found(event)])
      expect(results).toMatchObject([{ events: [{ duplicate: false }] }])
    })
  })

  describe('erasing a call', () => {
    test('removes everything of the call whatever its status, and nothing of another call or workspace', async () => {
      await fixture.addWebhook()
      const ofCall = { callId: 'call-1' }
      const [done, failed] = (await fixture.accept(fixture.events(2, ofCall))).leased
      await fixture.record(fixture.result(found(done)), fixture.failure(found(failed)))
      const [sending] = (await fixture.accept(fixture.events(1, ofCall))).leased
      await fixture.accept(fixture.events(1, ofCall), fixture.noCapacity())
      const other = await acceptEnded(fixture.events(2, { callId: 'call-2' }))
      const foreign = await fixture.addWorkspace()
      await fixture.storage.acceptEvents([{ workspaceId: foreign, events: fixture.events(1, ofCall) }], fixture.offer())

      const answers = await erase('call-1')
      expect(sum(answers)).toEqual({ events: 4, deliveries: 4, attempts: 2 })
      expect(answers.flatMap(({ leased }) => leased)).toEqual([found(sending).id])
      expect((await fixture.deliveries()).map(({ id }) => id).sort()).toEqual(other.map(({ id }) => id).sort())
      expect((await storedEvents()).length).toBe(2)
      expect((await storedEvents(foreign)).length).toBe(1)
      expect(await fixture.claim({}, fixture.now + DAY_MS)).toEqual([])
      expect(sum(await erase('call-1'))).toEqual(NOTHING)
    })

    test('fences off the result of an attempt that was under way: it leaves no row', async () => {
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept([fixture.event({ callId: 'call-1' })])
      await erase('call-1')
      expect(await fixture.record(fixture.result(only(leased)))).toEqual([false])
      expect(await attemptsOf(only(leased))).toBe(0)
      expect((await fixture.webhook(webhook.id)).successCount).toBe(0)
    })

    test('leaves a call that is kept in order free to go on', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      await fixture.accept(fixture.events(5, { callId: 'call-1' }))
      // The first batch takes the one that is being sent: the next one must get its turn, should no batch follow.
      const request = { workspaceId: fixture.workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 2 }
      expect((await fixture.storage.eraseCall(request)).isDone).toBe(false)
      expect(await fixture.claim()).toHaveLength(1)
      await erase('call-1')
      expect((await fixture.accept([fixture.event({ callId: 'call-1' })])).leased).toHaveLength(1)
    })

    test('does no more in one batch than asked for', async () => {
      await fixture.addWebhook()
      await acceptEnded(fixture.events(30, { callId: 'call-1' }))
      const answers = await erase('call-1', 10)
      for (const { removed } of answers) expect(rowsOf(removed)).toBeLessThanOrEqual(10)
      expect(sum(answers)).toEqual({ events: 30, deliveries: 30, attempts: 30 })
    })

    test('empties the log when nobody reads', async () => {
      await fixture.accept(fixture.events(3, { callId: 'call-1' }))
      await erase('call-1')
      expect(await fixture.storage.truncateLog()).toBe(true)
    })
  })
}

function rowsOf({ events, deliveries, attempts }: RemovedRows): number {
  return events + deliveries + attempts
}

function sum(answers: readonly { readonly removed: RemovedRows }[]): RemovedRows {
  return answers.reduce(
    (total, { removed }) => ({
      events: total.events + removed.events,
      deliveries: total.deliveries + removed.deliveries,
      attempts: total.attempts + removed.attempts,
    }),
    NOTHING,
  )
}
