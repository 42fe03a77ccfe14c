// Owns the guarantees of what is learned of a server's idle connections: it is safe, and not for ever.
import { expect, test } from 'vitest'
import { IDLE_MS_MAX, IdleTrust } from './idle-trust.ts'

test('a limit that was seen is kept away from by a second, or by half of it', () => {
  const trust = new IdleTrust()
  expect(trust.limitMs).toBe(IDLE_MS_MAX)
  trust.closedAfter(5000)
  expect(trust.limitMs).toBe(4000)
  trust.closedAfter(60_000)
  expect(trust.limitMs).toBe(4000)
  trust.closedAfter(100)
  expect(trust.limitMs).toBe(50)
})

test('a server that closes after each response has no connection used again', () => {
  const trust = new IdleTrust()
  trust.closedAfter(2)
  expect(trust.limitMs).toBeLessThan(0)
})

test.each([2, 100, 1700, 5000])(
  'a limit learned from a close after %i ms grows back while connections stay open',
  (idleMs) => {
    const trust = new IdleTrust()
    trust.closedAfter(idleMs)
    for (let probes = 0; trust.limitMs < IDLE_MS_MAX; probes++) {
      const before = trust.limitMs
      expect(trust.probeMs).toBeGreaterThan(before)
      trust.openAfter(trust.probeMs)
      expect(trust.limitMs).toBeGreaterThan(before)
      expect(probes).toBeLessThan(25)
    }
    expect(trust.limitMs).toBe(IDLE_MS_MAX)
  },
)

test('a server that does close when it is tried again is believed again', () => {
  const trust = new IdleTrust()
  trust.closedAfter(5000)
  trust.closedAfter(5000)
  expect(trust.limitMs).toBe(4000)
  expect(trust.probeMs).toBeGreaterThan(5000)
})

test('nothing is written to a connection just after its response, until one has been used again', () => {
  const trust = new IdleTrust()
  // A loop that was held up for 20 ms still has to look at its sockets once.
  expect([0, 4, 20, 1000].map((idleMs) => trust.settlingMs(idleMs))).toEqual([10, 6, 1, 0])
  trust.answeredAgain()
  expect(trust.settlingMs(0)).toBe(0)
  trust.closedAfter(3)
  expect(trust.settlingMs(0)).toBe(10)
})
