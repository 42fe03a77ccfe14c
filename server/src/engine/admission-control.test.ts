import { Refusal } from '@timbre/contract/errors.ts'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { IDLE_LOOP } from '../platform/event-loop.ts'
import type { Shortage } from './admission.ts'
import { AdmissionControl } from './admission-control.ts'

function makeGate(loop = IDLE_LOOP) {
  const clock = new ManualClock()
  const refused: Shortage[] = []
  const random = { fraction: () => 0.5, uuid: () => '', uuidOf: () => '', bytes: () => new Uint8Array() }
  const onRefused = (short: Shortage) => refused.push(short)
  const gate = new AdmissionControl({ clock, random, loop, onRefused })
  return { gate, clock, refused }
}

describe('the gate', () => {
  test('refuses while too much waits, and admits again once that is written', async () => {
    const { gate, refused } = makeGate()
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = gate.pass('a', 10_000, () => promise)
    expect(gate.admit()).toEqual({ retryAfterSeconds: 1 })
    const error = await gate.pass('a', 1, async () => 'in').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Refusal)
    expect(error).toMatchObject({ code: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 1 } })
    expect(refused).toEqual(['disk', 'disk'])
    resolve()
    await waiting
    expect(await gate.pass('a', 1, async () => 'in')).toBe('in')
  })

  test('refuses nobody for what one other workspace has brought, but for what many have', async () => {
    const { gate, refused } = makeGate()
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = [gate.pass('heavy', 10_000, () => promise)]
    for (let nth = 0; nth < 20; nth++) waiting.push(gate.pass('light', 1, () => promise))
    expect(gate.admit('light')).toBeUndefined()
    expect(gate.admit('new')).toBeUndefined()
    expect(gate.admit('heavy')).toBeDefined()
    expect(refused).toEqual(['disk'])
    for (let nth = 0; nth < 2000; nth++) waiting.push(gate.pass(`many-${nth}`, 1, () => promise).catch(() => {}))
    expect(gate.admit('another')).toBeDefined()
    resolve()
    await Promise.all(waiting)
    expect(gate.expectedWaitMs).toBe(0)
  })

  test('admits again after a commit that failed', async () => {
    const { gate } = makeGate()
    const failed = gate.pass('a', 10_000, () => Promise.reject(new Error('disk full')))
    expect(gate.expectedWaitMs).toBe(1000)
    await expect(failed).rejects.toThrow('disk full')
    expect(gate.expectedWaitMs).toBe(0)
  })

  test('learns from commits how long waiting takes', async () => {
    const { gate, clock } = makeGate()
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = gate.pass('a', 700, () => promise)
    for (let commit = 0; commit < 60; commit++) {
      const { promise: written, resolve: end } = Promise.withResolvers<void>()
      const writing = gate.write({ requests: 1, events: 100 }, () => written)
      await clock.advance(100)
      end()
      await writing
    }
    expect(gate.expectedWaitMs).toBeGreaterThan(500)
    resolve()
    await waiting
  })

  test('refuses on a loop that is slow to come round what comes beside 64 requests, and admits again when one has ended', async () => {
    let delayMs = 50
    const { gate, refused } = makeGate({ ...IDLE_LOOP, delayMs: () => delayMs })
    const ends: (() => void)[] = []
    const passing = Array.from({ length: 64 }, () =>
      gate.pass('a', 1, () => new Promise<void>((end) => ends.push(end))),
    )
    expect(gate.admit()).toBeDefined()
    expect(refused).toEqual(['processor'])
    delayMs = 1
    expect(gate.admit()).toBeUndefined()
    delayMs = 50
    ends.pop()?.()
    await passing.pop()
    expect(gate.admit()).toBeUndefined()
    for (const end of ends) end()
    await Promise.all(passing)
  })
})
