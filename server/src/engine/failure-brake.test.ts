import { describe, expect, test } from 'vitest'
import { FailureBrake, failureSpacingMs } from './failure-brake.ts'

describe('the brake on what fails', () => {
  test('lets a few failures pass at full pace, more where there was a success before, and then ever fewer to one a second', () => {
    expect([0, 31].map((failures) => failureSpacingMs(failures, false))).toEqual([0, 0])
    expect([32, 96, 160, 224, 1e6].map((failures) => failureSpacingMs(failures, false))).toEqual([
      50, 100, 200, 400, 1000,
    ])
    expect([255, 256].map((failures) => failureSpacingMs(failures, true))).toEqual([0, 50])
  })

  test('halves what may be under way with each failure, down to one, and doubles it with each success', () => {
    const brake = new FailureBrake(16)
    const free = () => {
      let count = 0
      while (brake.waitMs(0) === 0) {
        brake.began(0)
        count++
      }
      for (let ended = 0; ended < count; ended++) brake.ended()
      return count
    }
    const seen = [free()]
    for (let failure = 0; failure < 6; failure++) {
      brake.note(false, 16)
      seen.push(free())
    }
    for (let success = 0; success < 5; success++) {
      brake.note(true, 16)
      seen.push(free())
    }
    expect(seen).toEqual([16, 8, 4, 2, 1, 1, 1, 2, 4, 8, 16, 16])
  })

  test('is never shut for good: one request a second goes through, and a success ends it', () => {
    const brake = new FailureBrake(64)
    for (let failure = 0; failure < 10_000; failure++) brake.note(false, 64)
    brake.began(0)
    brake.ended()
    expect([brake.waitMs(0), brake.waitMs(999), brake.waitMs(1000)]).toEqual([1000, 1, 0])
    brake.note(true, 64)
    expect(brake.waitMs(0)).toBe(0)
  })
})
