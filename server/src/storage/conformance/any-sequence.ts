// Owns the guarantees that hold after any sequence of calls: counters equal rows, no delivery in two hands, leases
// fence, nothing is lost, nothing is sent again after a recorded success.
import { REPLAY_SELECTIONS, type ReplaySelection } from '@timbre/contract/replay.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ORDER_HOLD_MS } from '../shared/order-hold.ts'
import type { ClaimedDelivery, DeliveryRow, LeasedDelivery } from '../storage.ts'
import { Fixture, type MakeStorage } from './fixture.ts'

type Step =
  | { readonly kind: 'accept'; readonly count: number; readonly limit: number; readonly callId: string | null }
  | { readonly kind: 'claim'; readonly limit: number; readonly capacity: number }
  | { readonly kind: 'record'; readonly ends: readonly ('success' | 'failed' | 'queued')[] }
  | { readonly kind: 'release'; readonly count: number }
  | { readonly kind: 'rescue'; readonly all: boolean }
  | { readonly kind: 'retry'; readonly pick: number }
  | { readonly kind: 'replay'; readonly only: ReplaySelection }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'off and on'; readonly pick: number; readonly capacity: number }

const callId = fc.constantFrom(null, 'call-1', 'call-2')
const end = fc.constantFrom('success' as const, 'failed' as const, 'queued' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('accept' as const), count: fc.integer({ min: 1, max: 4 }), limit: fc.nat(8), callId }),
  fc.record({ kind: fc.constant('claim' as const), limit: fc.nat(6), capacity: fc.nat(3) }),
  fc.record({ kind: fc.constant('record' as const), ends: fc.array(end, { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('release' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('rescue' as const), all: fc.boolean() }),
  fc.record({ kind: fc.constant('retry' as const), pick: fc.nat(50) }),
  fc.record({ kind: fc.constant('replay' as const), only: fc.constantFrom(...REPLAY_SELECTIONS) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 400_000 }) }),
  fc.record({ kind: fc.constant('off and on' as const), pick: fc.nat(1), capacity: fc.nat(3) }),
)

export function anySequenceConformance(makeStorage: MakeStorage): void {
  describe('after any sequence of calls', () => {
    test('counters equal rows, no delivery is in two hands, and a lost lease changes nothing', {
      timeout: 60_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const fixture = await Fixture.make(makeStorage)
          try {
            const walk = await Walk.begin(fixture)
            for (const each of steps) {
              await walk.take(each)
              await walk.check()
            }
            await walk.finish()
          } finally {
            await fixture.destroy()
          }
        }),
        { numRuns: 25 },
      )
    })
  })
}

/** The storage beside a small model of it: who holds what, and what is lost to its holder. */
class Walk {
  readonly #fixture: Fixture
  readonly #webhookIds: readonly string[]
  /** By delivery: the lease that is valid. */
  readonly #held = new Map<string, { readonly delivery: LeasedDelivery; readonly until: number }>()
  readonly #lost: LeasedDelivery[] = []
  readonly #succeeded = new Set<string>()
  readonly #askedFor = new Set<string>()
  readonly #everAskedFor = new Set<string>()
  /** Deliveries that had ended once: asked for again, they hold back nobody. */
  readonly #ended = new Set<string>()
  readonly #firstFailedAt = new Map<string, number>()
  readonly #callOf = new Map<string, string | null>()
  #accepted = 0
  #now: number

  private constructor(fixture: Fixture, webhookIds: readonly string[]) {
    this.#fixture = fixture
    this.#webhookIds = webhookIds
    this.#now = fixture.now
  }

  static async begin(fixture: Fixture): Promise<Walk> {
    const plain = await fixture.addWebhook()
    const ordered = await fixture.addWebhook({ ordering: 'call' })
    return new Walk(fixture, [plain.id, ordered.id])
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'accept':
        return this.#accept(step.count, step.limit, step.callId)
      case 'claim':
        return this.#claim(step.limit, step.capacity)
      case 'record':
        return this.#record(step.ends)
      case 'release':
        return this.#release(step.count)
      case 'rescue':
        return this.#rescue(step.all)
      case 'retry':
        return this.#retry(step.pick)
      case 'replay':
        return this.#replay(step.only)
      case 'off and on':
        return this.#offAndOn(step.pick, step.capacity)
      case 'pass':
        this.#now += step.ms
    }
  }

  async #accept(count: number, limit: number, callId: string | null): Promise<void> {
    const offer = this.#offer(limit, 3)
    const events = this.#fixture.events(count, { callId, acceptedAt: this.#now })
    for (const { id } of events) this.#callOf.set(id, callId)
    const { leased } = await this.#fixture.accept(events, offer)
    expect(leased.length).toBeLessThanOrEqual(limit)
    this.#accepted += count * this.#webhookIds.length
    await this.#hold(leased, offer.until)
  }

  async #claim(limit: number, capacity: number): Promise<void> {
    const offer = this.#offer(limit, capacity)
    const claimed: ClaimedDelivery[] = await this.#fixture.storage.claimDue(offer, this.#now)
    expect(claimed.length).toBeLessThanOrEqual(limit)
    for (const id of this.#webhookIds) {
      expect(claimed.filter(({ webhookId }) => webhookId === id).length).toBeLessThanOrEqual(capacity)
    }
    await this.#hold(claimed, offer.until)
  }

  #offer(limit: number, capacityDefault: number) {
    return this.#fixture.offer({ limit, capacityDefault, until: this.#now + 200_000 })
  }

  async #hold(deliveries: readonly LeasedDelivery[], until: number): Promise<void> {
    for (const delivery of deliveries) {
      expect(this.#held.has(delivery.id), 'a delivery is in two hands').toBe(false)
      const isAllowed = !this.#succeeded.has(delivery.id) || this.#askedFor.has(delivery.id)
      expect(isAllowed, 'a delivery is sent again after its success').toBe(true)
      expect(delivery.succeededBefore).toBe(this.#succeeded.has(delivery.id))
      this.#held.set(delivery.id, { delivery, until })
      await this.#checkOrder(delivery)
    }
  }

  /** No earlier delivery of the call may be unfinished, unless it has failed and its hold is over. */
  async #checkOrder({ id, webhookId, orderKey }: LeasedDelivery): Promise<void> {
    if (orderKey === null || this.#everAskedFor.has(id)) return
    const rows = await this.#fixture.deliveries({ webhookId })
    const earlier = rows.slice(rows.findIndex((row) => row.id === id) + 1)
    const inTheWay = earlier.filter((row) => {
      const isUnfinished = row.status === 'queued' || row.status === 'sending'
      const releasedAt = (this.#firstFailedAt.get(row.id) ?? Number.POSITIVE_INFINITY) + ORDER_HOLD_MS
      const isReleased = this.#ended.has(row.id) || releasedAt <= this.#now
      return this.#callOf.get(row.eventId) === orderKey && isUnfinished && !isReleased
    })
    expect(inTheWay, 'a delivery overtook an earlier one of its call').toEqual([])
  }

  /** Records some that are held, and one that was lost, which must not be written. */
  async #record(ends: readonly ('success' | 'failed' | 'queued')[]): Promise<void> {
    const held = [...this.#held.values()].slice(0, ends.length).map(({ delivery }) => delivery)
    const results = held.map((delivery, index) => {
      const end = ends[index] ?? 'success'
      // Deciding never asks for an automatic attempt after a success.
      const status = end === 'queued' && delivery.succeededBefore ? 'failed' : end
      const nextAttemptAt = status === 'queued' ? this.#now + 1000 : null
      const attempt = this.#fixture.attempt({ number: delivery.attempts + 1, startedAt: this.#now, durationMs: 0 })
      return this.#fixture.result(delivery, { status, nextAttemptAt, attempt })
    })
    const lost = this.#lost.splice(0, 1).map((delivery) => this.#fixture.result(delivery))
    expect(await this.#fixture.record(...results, ...lost)).toEqual([
      ...results.map(() => true),
      ...lost.map(() => false),
    ])
    for (const { lease, status } of results) {
      const isAutomatic = this.#held.get(lease.id)?.delivery.trigger === 'automatic'
      this.#held.delete(lease.id)
      if (status !== 'queued') this.#ended.add(lease.id)
      else if (isAutomatic && !this.#firstFailedAt.has(lease.id)) this.#firstFailedAt.set(lease.id, this.#now)
      this.#askedFor.delete(lease.id)
      if (status === 'success') this.#succeeded.add(lease.id)
    }
  }

  async #release(count: number): Promise<void> {
    const held = [...this.#held.values()].slice(0, count).map(({ delivery }) => delivery)
    await this.#fixture.storage.releaseDeliveries([...held, ...this.#lost.slice(0, 1)], this.#now)
    for (const { id } of held) this.#held.delete(id)
    this.#lost.push(...held)
  }

  async #rescue(all: boolean): Promise<void> {
    const expired = [...this.#held.values()].filter(({ until }) => all || until <= this.#now)
    expect(await this.#fixture.storage.rescueDeliveries(this.#now, all)).toBe(expired.length)
    for (const { delivery } of expired) {
      this.#held.delete(delivery.id)
      this.#lost.push(delivery)
    }
  }

  async #retry(pick: number): Promise<void> {
    const rows = (await this.#fixture.deliveries()).filter(({ status }) => status !== 'sending')
    const row = rows[pick % Math.max(rows.length, 1)]
    if (row === undefined) return
    const { storage, workspaceId } = this.#fixture
    const context = this.#fixture.context('delivery.retried', { now: this.#now })
    await storage.retryDelivery(workspaceId, row.webhookId, row.id, context)
    this.#askedFor.add(row.id)
    this.#everAskedFor.add(row.id)
  }

  /** Asks for all that have ended, or for the failed ones, as if each were asked for manually. */
  async #replay(only: ReplaySelection): Promise<void> {
    const { storage, workspaceId } = this.#fixture
    for (const webhookId of this.#webhookIds) {
      const ended = (await this.#fixture.deliveries({ webhookId })).filter(
        ({ status }) => status === 'failed' || (status === 'success' && only === 'all'),
      )
      const row = this.#fixture.replayRow(webhookId, { only, since: 0, until: this.#now + 1 })
      await storage.createReplay(row, 1, this.#fixture.context('replay.created'))
      await this.#fixture.replay(row, { queueMax: 3, dueMax: 1_000_000 }, this.#now)
      expect((await storage.findReplay(workspaceId, webhookId, row.id))?.queued).toBe(ended.length)
      for (const { id } of ended) {
        this.#askedFor.add(id)
        this.#everAskedFor.add(id)
      }
    }
  }

  /** While a webhook is off nothing of it is claimed, nor is it waited for; then everything is as it was. */
  async #offAndOn(pick: number, capacity: number): Promise<void> {
    const { storage, workspaceId } = this.#fixture
    const webhookId = this.#webhookIds[pick] ?? ''
    const change = (isActive: boolean) =>
      storage.updateWebhook(workspaceId, webhookId, { isActive }, this.#fixture.context('webhook.updated'))
    await change(false)
    const before = this.#held.size
    await this.#claim(10, capacity)
    const claimed = [...this.#held.values()].slice(before).map(({ delivery }) => delivery.webhookId)
    expect(claimed).not.toContain(webhookId)
    await this.#checkNextDue((await this.#fixture.deliveries()).filter((row) => row.webhookId !== webhookId))
    await change(true)
  }

  /** A list has 250 rows at most: with more nothing is known. */
  async #checkNextDue(rows: readonly DeliveryRow[]): Promise<void> {
    if (this.#accepted > 250) return
    const due = rows.flatMap(({ status, nextAttemptAt }) =>
      status === 'queued' && nextAttemptAt !== null ? [nextAttemptAt] : [],
    )
    expect(await this.#fixture.storage.nextDueAt()).toBe(due.length === 0 ? null : Math.min(...due))
  }

  async check(): Promise<void> {
    const rows = await this.#fixture.deliveries()
    expect(rows.length).toBe(Math.min(this.#accepted, 250))
    expect(rows.filter(({ status }) => status === 'sending').length).toBe(this.#held.size)
    // Only a queued delivery has a next attempt; one without waits for an earlier one of its call.
    for (const row of rows) {
      const mayHaveNone = row.status !== 'queued' || this.#callOf.get(row.eventId) !== null
      if (row.nextAttemptAt === null) expect(mayHaveNone, 'a queued delivery is never due').toBe(true)
      else expect(row.status).toBe('queued')
    }
    await this.#checkNextDue(rows)
    for (const id of this.#webhookIds) {
      const count = (status: string) => rows.filter((row) => row.webhookId === id && row.status === status).length
      const { successCount, failureCount } = await this.#fixture.webhook(id)
      expect([successCount, failureCount]).toEqual([count('success'), count('failed')])
    }
  }

  /** Whatever happened, everything can still be delivered: no call is stuck. */
  async finish(): Promise<void> {
    await this.#rescue(true)
    for (let round = 0; round < this.#accepted + 5; round++) {
      this.#now += 301_000
      await this.#claim(1000, 1000)
      if (this.#held.size === 0) break
      await this.#record([...this.#held].map(() => 'success' as const))
    }
    expect(await this.#fixture.deliveries({ status: 'queued' })).toEqual([])
    expect(await this.#fixture.storage.nextDueAt()).toBeNull()
  }
}
