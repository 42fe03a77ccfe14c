import { describe, expect, test } from 'vitest'
import { TrustedClock } from './trusted-clock.ts'

const HOUR_MS = 3_600_000
const START = 1000 * 24 * HOUR_MS

/** A wall that is set by hand, beside a clock that goes on by itself. */
function clocks() {
  const time = { wall: START, monotonic: 5000 }
  const clock = { now: () => time.wall, monotonic: () => time.monotonic, schedule: () => () => {} }
  const storage = { newestTrace: async () => START }
  const trusted = new TrustedClock({ clock, storage, retentionDays: 30 })
  trusted.begin()
  const pass = (ms: number) => {
    time.wall += ms
    time.monotonic += ms
  }
  const jump = (ms: number) => {
    time.wall += ms
  }
  return { trusted, pass, jump, now: () => time.wall }
}

describe('the time that tells what is old', () => {
  test('goes on with the wall', async () => {
    const { trusted, pass, now } = clocks()
    pass(40 * 24 * HOUR_MS)
    expect(await trusted.now()).toBe(now())
  })

  test('makes what was written while the wall was set back older by an hour at most than it is', async () => {
    const { trusted, pass, jump, now } = clocks()
    jump(-6 * HOUR_MS)
    const writtenAt = now()
    trusted.noteWritten(writtenAt)
    jump(21 * HOUR_MS)
    pass(10 * 60_000)
    expect(await trusted.now()).toBe(writtenAt + 10 * 60_000 + HOUR_MS)
  })

  test('knows that the wall was set back where it was itself asked meanwhile', async () => {
    const { trusted, jump, now } = clocks()
    jump(-6 * HOUR_MS)
    const behind = now()
    expect(await trusted.now()).toBe(behind)
    jump(21 * HOUR_MS)
    expect(await trusted.now()).toBe(behind + HOUR_MS)
  })
})
