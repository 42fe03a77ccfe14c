import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HeldBody, isTooSlow, PLENTY_BYTES, SMALL_BODY_BYTES, shareOf } from './body-shares.ts'

const MIB = 1024 * 1024
const NOW = 100_000
const body = (change: Partial<HeldBody> = {}): HeldBody => ({
  workspaceId: 'ours',
  address: '192.0.2.1',
  isSmall: false,
  bytes: 0,
  since: NOW,
  isComplete: false,
  ...change,
})
const drawn = fc
  .record({
    workspaceId: fc.constantFrom('ours', 'theirs', 'others'),
    address: fc.constantFrom('192.0.2.1', '192.0.2.2'),
    isSmall: fc.boolean(),
    bytes: fc.nat(8 * MIB),
    since: fc.integer({ min: NOW - 30_000, max: NOW }),
    isComplete: fc.boolean(),
  })
  .map((some) => ({ ...some, bytes: some.isSmall ? Math.min(some.bytes, SMALL_BODY_BYTES) : some.bytes }))

/** Asks again after each cut, as the capacity does. */
function outcome(held: readonly HeldBody[], asking: HeldBody, more: number) {
  const left = new Set(held)
  for (;;) {
    const total = [...left].reduce((sum, { bytes }) => sum + bytes, 0)
    const share = shareOf(left, total, asking, more, NOW)
    if (typeof share === 'string') return { share, cut: held.filter((one) => !left.has(one)), left: [...left] }
    expect(left.delete(share.cut)).toBe(true)
  }
}

describe('memory for a body', () => {
  test('is never taken from one that is complete, and never from the one that asks', () => {
    fc.assert(
      fc.property(fc.array(drawn), drawn, fc.nat(MIB), (held, asking, more) => {
        const { cut } = outcome([...held, asking], asking, more)
        expect(cut).not.toContain(asking)
        expect(cut.every((one) => !one.isComplete)).toBe(true)
      }),
    )
  })

  test('never adds up to more than 20 MiB', () => {
    fc.assert(
      fc.property(fc.array(drawn), drawn, fc.nat(MIB), (held, asking, more) => {
        const { share, left } = outcome(held, asking, more)
        const total = left.reduce((sum, { bytes }) => sum + bytes, more)
        if (share === 'take') expect(total).toBeLessThanOrEqual(20 * MIB)
      }),
    )
  })

  test('is there for a small body that has come whole, whatever others hold that has not', () => {
    fc.assert(
      fc.property(fc.array(drawn), fc.integer({ min: 1, max: SMALL_BODY_BYTES }), (held, bytes) => {
        const unfinished = held.map((one) => ({ ...one, isComplete: false }))
        expect(outcome(unfinished, body({ isSmall: true, isComplete: true }), bytes).share).toBe('take')
      }),
    )
  })

  test('is there for a batch that is still coming when somebody of the same workspace and address has stopped sending', () => {
    const stopped = [body({ bytes: 8 * MIB, since: NOW - 9000 }), body({ bytes: 7 * MIB, since: NOW - 9000 })]
    const coming = body({ bytes: 4 * MIB })
    expect(outcome([...stopped, coming], coming, MIB)).toMatchObject({ share: 'take', cut: [stopped[0]] })
  })

  test('is there for another workspace when one has sent a lot, from wherever it does', () => {
    const held = Array.from({ length: 40 }, (_, index) => body({ address: `198.51.100.${index}`, bytes: 300 * 1024 }))
    const theirs = body({ workspaceId: 'theirs' })
    expect(outcome(held, theirs, 4 * MIB).share).toBe('take')
    expect(outcome(held, body(), 4 * MIB).share).toBe('refuse')
  })

  test('is not looked at any closer while there is plenty', () => {
    expect(8 * MIB).toBeLessThanOrEqual(PLENTY_BYTES)
    expect(8 * MIB + 1).toBeGreaterThan(PLENTY_BYTES)
  })
})

test('a body is too slow when it has come at less than 4 KB/s for 10 s', () => {
  expect(isTooSlow(body({ since: NOW - 10_000, bytes: 1 }), NOW)).toBe(false)
  expect(isTooSlow(body({ since: NOW - 10_001, bytes: 1 }), NOW)).toBe(true)
  expect(isTooSlow(body({ since: NOW - 20_000, bytes: 80_001 }), NOW)).toBe(false)
  expect(isTooSlow(body({ since: NOW - 20_000, bytes: 1, isComplete: true }), NOW)).toBe(false)
})
