import { describe, expect, test } from 'vitest'
import { ManualClock, settle } from '../../../test/support/manual-clock.ts'
import { Loop } from './loop.ts'

function looping(delays: readonly number[] = [], during: (loop: Loop) => void = () => {}) {
  const clock = new ManualClock()
  const start = clock.now()
  const runs: number[] = []
  const faults: unknown[] = []
  const loop: Loop = new Loop({
    clock,
    runOnce: async () => {
      runs.push(clock.now() - start)
      if (runs.length === 1) during(loop)
      return delays[runs.length - 1] ?? 10_000
    },
    name: 'claimer',
    onFault: (error, loop) => faults.push([loop, error]),
  })
  return { clock, loop, runs, faults }
}

describe('the loop', () => {
  test('runs at once, then after the delay that the batch asked for', async () => {
    const { clock, loop, runs } = looping([500, 250])
    loop.start()
    await clock.advance(1000)
    expect(runs).toEqual([0, 500, 750])
  })

  test('does not lose a wake-up that comes while a batch is running', async () => {
    const { clock, loop, runs } = looping([10_000], (running) => running.wake())
    loop.start()
    await clock.advance(100)
    expect(runs).toEqual([0, 0])
  })

  test('keeps the earliest of several due times', async () => {
    const { clock, loop, runs } = looping()
    loop.start()
    await clock.advance(0)
    loop.wakeIn(900)
    loop.wakeIn(300)
    loop.wakeIn(600)
    await clock.advance(899)
    expect(runs).toEqual([0, 300])
  })

  test('goes on after a fault', async () => {
    const { clock, loop, runs, faults } = looping([], () => {
      throw new Error('disk busy')
    })
    loop.start()
    await clock.advance(1000)
    expect(runs).toEqual([0, 1000])
    expect(faults).toEqual([['claimer', expect.any(Error)]])
  })

  test('leaves no timer behind when it is stopped, also before it was started', async () => {
    const { clock, loop, runs } = looping()
    await loop.stop()
    loop.start()
    await settle()
    await clock.advance(0)
    await loop.stop()
    await clock.advance(60_000)
    expect(runs).toEqual([0])
    expect(clock.pending).toBe(0)
  })
})
