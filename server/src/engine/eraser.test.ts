import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { EraseResult } from '../storage/storage.ts'
import { Eraser } from './eraser.ts'
import { ErasedDeliveries } from './held-delivery.ts'

function erasing(results: readonly (EraseResult | Error)[], truncated: readonly boolean[]) {
  const clock = new ManualClock()
  let asked = 0
  let unknown = 0
  let truncations = 0
  const held = new ErasedDeliveries(clock)
  const eraser = new Eraser({
    clock,
    erased: held,
    storage: {
      eraseCall: async () => {
        const result = results[asked++] ?? { ...batch(true), removed: { events: 0, deliveries: 0, attempts: 0 } }
        if (result instanceof Error) throw result
        return result
      },
      truncateLog: async () => truncated[truncations++] ?? true,
    },
    onUnknown: () => {
      unknown++
    },
    onFault: (error) => {
      throw error
    },
  })
  return { clock, eraser, held, asked: () => asked, truncations: () => truncations, unknown: () => unknown }
}

const batch = (isDone: boolean, leased: readonly string[] = [], unconfirmed = 0): EraseResult => ({
  removed: { events: 2, deliveries: 3, attempts: 4 },
  leased,
  unconfirmed,
  isDone,
})

describe('the eraser', () => {
  test('takes batch after batch with rests, adds up what was removed, and then empties the log', async () => {
    const { clock, eraser, asked, truncations } = erasing([batch(false), batch(false), batch(true)], [true])
    const erased = eraser.erase('w', 'call-1')
    await clock.advance(0)
    expect([asked(), truncations()]).toEqual([1, 0])
    await clock.advance(100)
    expect(await erased).toEqual({ events: 6, deliveries: 9, attempts: 12, unconfirmed: 0 })
    expect([asked(), truncations()]).toEqual([3, 1])
  })

  test('answers a second erasure of a call when the first is through, and one of another call meanwhile', async () => {
    const { clock, eraser, asked } = erasing([batch(false), batch(true), batch(false), batch(true)], [])
    const order: string[] = []
    const erase = (callId: string, name: string) => eraser.erase('w', callId).then(() => order.push(name))
    const all = Promise.all([erase('call-1', 'first'), erase('call-1', 'second'), erase('call-2', 'other')])
    await clock.advance(0)
    // The first, which rests between its batches, and that of the other call.
    expect(asked()).toBe(2)
    await clock.advance(1000)
    await clock.advance(1000)
    await all
    expect(order.indexOf('second')).toBeGreaterThan(order.indexOf('first'))
  })

  test('says once of each removed delivery that is in memory that it must not be sent', async () => {
    const { eraser, held } = erasing([batch(true, ['a', 'b'])], [])
    await eraser.erase('w', 'call-1')
    expect(['a', 'b', 'c', 'a'].map((id) => held.take(id))).toEqual([true, true, false, false])
  })

  test('releases whatever may be erased when it is not known whether a batch was carried out', async () => {
    const { clock, eraser, unknown } = erasing([batch(false), new Error('the connection is gone')], [])
    const erased = expect(eraser.erase('w', 'call-1')).rejects.toThrow('the connection is gone')
    await clock.advance(0)
    expect(unknown()).toBe(0)
    await clock.advance(1000)
    await erased
    expect(unknown()).toBe(1)
  })

  test('adds up what other nodes have not confirmed', async () => {
    const { clock, eraser } = erasing([batch(false, [], 3), batch(true, [], 2)], [])
    const erased = eraser.erase('w', 'call-1')
    await clock.advance(1000)
    expect(await erased).toMatchObject({ unconfirmed: 5 })
  })

  test('forgets what it has not met for as long as a lease can last: it is not held', async () => {
    const { clock, held } = erasing([], [])
    held.note(['a', 'b'])
    await clock.advance(15 * 60_000)
    held.note(['c'])
    expect(['a', 'b', 'c'].map((id) => held.take(id))).toEqual([false, false, true])
  })

  test('tries again each second to empty the log while somebody reads, and not once it was done', async () => {
    const { clock, eraser, truncations } = erasing([batch(true)], [true, false, false, true])
    eraser.start()
    await clock.advance(10_000)
    expect(truncations()).toBe(1)
    await eraser.erase('w', 'call-1')
    expect(truncations()).toBe(2)
    await clock.advance(1000)
    expect(truncations()).toBe(3)
    await clock.advance(10_000)
    expect(truncations()).toBe(4)
    await eraser.stop()
  })

  test('empties the log at the start, in case an erasure was interrupted', async () => {
    const { clock, eraser, truncations } = erasing([], [])
    eraser.start()
    await clock.advance(0)
    expect(truncations()).toBe(1)
    await eraser.stop()
  })
})
