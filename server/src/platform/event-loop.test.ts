import { describe, expect, test } from 'vitest'
import { SystemEventLoop } from './event-loop.ts'

/** A loop whose rounds take what the test says. */
function timed() {
  let now = 1000
  let ends: (() => void)[] = []
  const loop = new SystemEventLoop({ now: () => now, atEndOfTick: (end) => ends.push(end) })
  const pass = (ms: number) => {
    now += ms
  }
  const endTick = () => {
    const due = ends
    ends = []
    for (const end of due) end()
  }
  return { loop, pass, endTick, watchers: () => ends.length }
}

describe('what the loop takes to come round', () => {
  test('is nothing at first, and grows with the round under way before that has ended', () => {
    const { loop, pass, endTick } = timed()
    expect(loop.delayMs()).toBe(0)
    pass(100)
    const within = loop.delayMs()
    expect(within).toBeCloseTo(100 * (1 - 1 / Math.E))
    endTick()
    expect(loop.delayMs()).toBeCloseTo(within)
  })

  test('is the length of its rounds when they go on', () => {
    const { loop, pass, endTick } = timed()
    for (let round = 0; round < 30; round++) {
      loop.delayMs()
      pass(20)
      endTick()
    }
    expect(loop.delayMs()).toBeGreaterThan(19)
    expect(loop.delayMs()).toBeLessThanOrEqual(20)
  })

  test('is hardly raised by one long round: a burst is not overload', () => {
    const { loop, pass, endTick } = timed()
    loop.delayMs()
    pass(25)
    expect(loop.delayMs()).toBeLessThan(6)
    endTick()
    for (let round = 0; round < 100; round++) {
      loop.delayMs()
      pass(1)
      endTick()
    }
    expect(loop.delayMs()).toBeLessThan(3)
  })

  test('is forgotten while nobody asks', () => {
    const { loop, pass, endTick } = timed()
    loop.delayMs()
    pass(200)
    endTick()
    endTick()
    pass(300)
    expect(loop.delayMs()).toBeLessThan(10)
  })

  test('is measured only as long as somebody asks: nothing keeps the process from resting', () => {
    const { loop, endTick, watchers } = timed()
    expect(watchers()).toBe(0)
    loop.delayMs()
    loop.delayMs()
    expect(watchers()).toBe(1)
    endTick()
    // Whoever asked may do so again in the next.
    expect(watchers()).toBe(1)
    endTick()
    expect(watchers()).toBe(0)
  })

  test('is measured of the loop of this process', async () => {
    const loop = new SystemEventLoop()
    loop.delayMs()
    for (const end = performance.now() + 20; performance.now() < end; );
    expect(loop.delayMs()).toBeGreaterThan(3)
    await loop.afterTick()
  })
})
