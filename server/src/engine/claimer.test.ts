import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { type ClaimedDelivery, type LeaseOffer, NOTHING_OFFERED } from '../storage/storage.ts'
import { Claimer } from './claimer.ts'
import { ShortLanes } from './short-lanes.ts'
import { LEASED } from './testing/test-lanes.ts'

/** A store in which each webhook has so many deliveries due now, and lanes with so much free capacity. */
function claiming(due: Readonly<Record<string, number>>, free: Readonly<Record<string, number>>) {
  const clock = new ManualClock()
  const left = new Map(Object.entries(due))
  const capacity = new Map(Object.entries(free))
  const state = {
    claims: 0,
    limit: 1000,
    nextDueAt: null as number | null,
    held: [] as string[],
    faults: [] as unknown[],
  }
  const take = (webhookId: string, count: number): ClaimedDelivery[] => {
    left.set(webhookId, (left.get(webhookId) ?? 0) - count)
    return Array.from({ length: count }, () => claimed(webhookId))
  }
  const lanes = new ShortLanes()
  const claimer = new Claimer({
    clock,
    shortLanes: lanes,
    storage: {
      async claimDue(offer) {
        state.claims++
        const told = new Map(offer.capacity)
        return [...left].flatMap(([id, count]) =>
          take(id, Math.min(count, Math.max(told.get(id) ?? offer.capacityDefault, 0))),
        )
      },
      async nextDueAt() {
        return [...left.values()].some((count) => count > 0) ? clock.now() - 1 : state.nextDueAt
      },
    },
    offer: (): LeaseOffer => ({
      ...NOTHING_OFFERED,
      token: 't',
      limit: state.limit,
      capacityDefault: 80,
      capacity: [...capacity],
      workspaceDefault: state.limit,
      common: state.limit,
    }),
    hold: (deliveries) => state.held.push(...deliveries.map(({ webhookId }) => webhookId)),
    onFault: (error) => state.faults.push(error),
  })
  claimer.start()
  return { clock, claimer, lanes, left, capacity, state }
}

function claimed(webhookId: string): ClaimedDelivery {
  return { ...LEASED, webhookId, envelope: '{}', envelopeBytes: 2 }
}

describe('the claimer', () => {
  test('does not claim when a lane drains that was not short, whatever is due to another', async () => {
    const { clock, claimer, lanes, state } = claiming({ hung: 100 }, { hung: 0 })
    await clock.advance(0)
    const before = state.claims
    for (let finished = 0; finished < 200; finished++) lanes.noteCapacity('healthy')
    await clock.advance(99)
    expect(state.claims).toBe(before)
    await claimer.stop()
  })

  test('claims for a lane that was short as soon as it drains, but not within 100 ms of a claim that took nothing', async () => {
    const { clock, claimer, lanes, capacity, state } = claiming({ slow: 100 }, { slow: 0 })
    await clock.advance(0)
    expect(state).toMatchObject({ claims: 1, held: [] })
    capacity.set('slow', 5)
    lanes.noteCapacity('slow')
    await clock.advance(99)
    expect(state.claims).toBe(1)
    await clock.advance(1)
    expect(state.held).toHaveLength(5)
    lanes.noteCapacity('slow')
    await clock.advance(0)
    expect(state.held).toHaveLength(10)
    await claimer.stop()
  })

  test('knows a lane as short that became full by the claim itself', async () => {
    const { clock, claimer, lanes, state } = claiming({ fast: 200 }, {})
    await clock.advance(0)
    expect(state.held).toHaveLength(80)
    lanes.noteCapacity('another')
    await clock.advance(0)
    expect(state.held).toHaveLength(80)
    lanes.noteCapacity('fast')
    await clock.advance(0)
    expect(state.held).toHaveLength(160)
    await claimer.stop()
  })

  test('claims at most every 100 ms for what has no free lane, however often it is woken', async () => {
    const { clock, claimer, lanes, state } = claiming({ hung: 100 }, { hung: 0 })
    for (let ms = 0; ms < 1000; ms++) {
      claimer.wake()
      lanes.noteCapacity('hung')
      claimer.noteReturned()
      claimer.noteDue(clock.now())
      await clock.advance(1)
    }
    expect(state.claims).toBeLessThanOrEqual(11)
    await claimer.stop()
  })

  test('is woken by any lane while memory as a whole is full', async () => {
    const { clock, claimer, lanes, state } = claiming({ a: 100 }, {})
    state.limit = 0
    await clock.advance(0)
    expect(state.held).toEqual([])
    state.limit = 1000
    lanes.noteCapacity('b')
    await clock.advance(100)
    expect(state.held).toHaveLength(80)
    await claimer.stop()
  })

  test('claims at once what becomes due while nothing is left behind', async () => {
    const { clock, claimer, left, state } = claiming({}, {})
    await clock.advance(50)
    expect(state).toMatchObject({ claims: 1, held: [] })
    left.set('a', 3)
    claimer.wake()
    await clock.advance(0)
    expect(state.held).toEqual(['a', 'a', 'a'])
    await claimer.stop()
  })

  test('claims retries that become due one after another together', async () => {
    const { clock, claimer, state } = claiming({}, {})
    await clock.advance(0)
    for (let ms = 0; ms < 100; ms++) {
      claimer.noteDue(clock.now() + 1)
      await clock.advance(1)
    }
    expect(state.claims).toBeLessThanOrEqual(11)
    await claimer.stop()
  })

  test('takes what was released unsent after a second, and not in a loop', async () => {
    const { clock, claimer, left, state } = claiming({}, {})
    await clock.advance(50)
    left.set('a', 3)
    claimer.noteReturned()
    await clock.advance(900)
    expect(state).toMatchObject({ claims: 1, held: [] })
    await clock.advance(100)
    expect(state).toMatchObject({ claims: 2, held: ['a', 'a', 'a'] })
    await claimer.stop()
  })

  test('goes on at once while a claim brings as much as one may', async () => {
    const { clock, claimer, state } = claiming({ a: 1200 }, { a: 500 })
    state.limit = 500
    await clock.advance(0)
    expect(state.held).toHaveLength(1200)
    expect(state.faults).toEqual([])
    await claimer.stop()
  })
})
