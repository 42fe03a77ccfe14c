import { describe, expect, test } from 'vitest'
import { settle } from '../../../test/support/manual-clock.ts'
import { LEASED_IN_RESERVE } from '../storage/storage.ts'
import type { EnvelopeLimits } from './envelope-memory.ts'
import { type HeldEnvelope, heldEnvelope } from './held-delivery.ts'
import { bodied, delivery, many, sending } from './testing/test-lanes.ts'

describe('what lanes may lease', () => {
  test('is no more than memory is bounded to, but for two deliveries of who has none', () => {
    const { lanes } = sending({ heldMax: 10 })
    lanes.push(many('a', 8))
    expect(lanes.capacity()).toMatchObject({ limit: 2 + 2048, common: 2, reserve: 2048, workspaceDefault: 4 })
    lanes.push(many('b', 8))
    const { limit, reserve, capacity, workspaces } = lanes.capacity()
    expect([limit, reserve]).toEqual([2048 - 6, 2048 - 6])
    expect(workspaces).toEqual([['w', 0]])
    // Both have their share: none of the reserve is for them.
    expect(capacity).toEqual([
      ['a', 0],
      ['b', 0],
    ])
    expect(LEASED_IN_RESERVE).toBe(2)
  })

  test('of a workspace, is two thirds of what it may be when it is alone, and something is left for each that comes', () => {
    const { lanes } = sending({ heldMax: 300 })
    lanes.push(many('a', 200))
    const { workspaces, workspaceDefault } = lanes.capacity()
    expect([workspaces, workspaceDefault]).toEqual([[['w', 0]], 200])
    lanes.push(many('b', 66, { workspaceId: 'v' }))
    expect(lanes.capacity()).toMatchObject({
      workspaceDefault: 68,
      workspaces: [
        ['w', 0],
        ['v', 2],
      ],
    })
  })

  test('of a lane that delivers, is ever more, up to a quarter of what is free', async () => {
    const { lanes, end } = sending({ heldMax: 100 })
    const capacityOfA = () => new Map(lanes.capacity().capacity).get('a')
    lanes.push(many('a', 100))
    for (let count = 0; count < 84; count++) await end('succeeded')
    // 16 are held, so 84 are free: 2 × 4 may always wait, 21 more, and 2 are in flight.
    expect(capacityOfA()).toBe(8 + 21 + 2 - 16)
  })

  test('of a lane that has run dry, stays, but of the 64 used last only', async () => {
    const { lanes, end } = sending({ heldMax: 1000 })
    const capacityOf = (webhookId: string) => new Map(lanes.capacity().capacity).get(webhookId)
    lanes.push(many('a', 20))
    for (let response = 0; response < 20; response++) await end('succeeded')
    const { capacityDefault } = lanes.capacity()
    expect([lanes.inFlight, lanes.waiting]).toEqual([0, 0])
    expect(capacityOf('a')).toBe(capacityDefault + 20)
    for (let other = 0; other < 63; other++) {
      lanes.push([delivery(`b-${other}`, `b-${other}`)])
      await end('succeeded')
    }
    expect([capacityOf('a'), capacityOf('b-0')]).toEqual([capacityDefault + 20, capacityDefault + 1])
    lanes.push([delivery('a', 'again'), delivery('c', 'c')])
    // Neither is idle now, and with all that rest they are one too many: the one that has rested longest goes.
    expect([capacityOf('a'), capacityOf('b-0'), capacityOf('b-1')]).toEqual([
      capacityDefault + 19,
      undefined,
      capacityDefault + 1,
    ])
  })

  test('names no lane of a dead receiver that rests, however many there are; but it is sent little when it has something', async () => {
    const { lanes, end } = sending({ inFlightPerWebhookMax: 4, heldMax: 100_000 })
    for (let nth = 0; nth < 300; nth++) {
      lanes.push(many(`dead-${nth}`, 4))
      for (let stall = 0; stall < 4; stall++) await end('stalled', `dead-${nth}`)
    }
    expect(lanes.capacity().capacity).toEqual([])
    lanes.push(many('dead-7', 4))
    await settle()
    expect(lanes.inFlight).toBe(1)
  })

  test('of a webhook whose lane is filling, is less', () => {
    const { lanes } = sending()
    const { capacityDefault } = lanes.capacity()
    lanes.push([...many('a', 6), ...many('b', 5)])
    expect(new Map(lanes.capacity().capacity).get('a')).toBe(capacityDefault - 6)
    expect(new Map(lanes.capacity().capacity).has('b')).toBe(false)
  })
})

describe('results', () => {
  test('are held until they are recorded, and with too many of them nothing more is sent', async () => {
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 16, heldMax: 20_000 })
    let record = () => {}
    const recorded = new Promise<void>((resolve) => (record = resolve))
    lanes.push(many('a', 4000))
    for (let count = 0; count < 2600; count++) await end('succeeded', undefined, recorded)
    expect(lanes.unrecorded).toBe(2500 + 15)
    expect([started.length, lanes.inFlight, lanes.waiting]).toEqual([2500 + 15, 0, 4000 - 2500 - 15])
    expect(lanes.capacity().workspaceDefault).toBe((20_000 - 4000) * 2)
    record()
    await settle()
    expect(lanes.unrecorded).toBe(0)
    expect(lanes.inFlight).toBe(16)
  })

  test('a result that is lost is held no longer', async () => {
    const { lanes, end } = sending()
    lanes.push([delivery('a', 'd1')])
    await end('succeeded', undefined, Promise.reject(new Error('the disk is full')))
    expect(lanes).toMatchObject({ unrecorded: 0, inFlight: 0, waiting: 0 })
  })
})

describe('envelopes', () => {
  const LIMITS: EnvelopeLimits = { keptMax: 300, flightMax: 300, reserveMax: 300, smallMax: 1 }

  test('that several deliveries share count once', () => {
    const { lanes, memory } = sending({
      inFlightPerWebhookMax: 1,
      envelopeLimits: { ...LIMITS, flightMax: 0, reserveMax: 900 },
    })
    const envelope: HeldEnvelope = heldEnvelope('x'.repeat(100))
    lanes.push(Array.from({ length: 30 }, (_, nth) => delivery(`a-${nth % 3}`, `${nth}`, { envelope })))
    // Three are in flight, each with bytes of its own; the text is kept once for the others.
    expect(memory.size).toBe(3 * 100 + 100)
    lanes.stop()
    expect(memory.size).toBe(300)
  })

  test('that do not fit are not kept, and are read when they are sent', async () => {
    const { lanes, read, started, texts, end } = sending({ inFlightPerWebhookMax: 1, envelopeLimits: LIMITS })
    lanes.push(bodied('a', 5, 100))
    for (let count = 0; count < 5; count++) await end('succeeded')
    expect(started).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4'])
    expect(read).toEqual(['a-2', 'a-3', 'a-4'])
    expect(texts).toEqual(['x'.repeat(100), 'x'.repeat(100), 'read again', 'read again', 'read again'])
  })

  test('of what waits for a receiver that stalls are not kept', async () => {
    const { lanes, memory, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(bodied('a', 5, 100))
    expect(memory.size).toBe(500)
    await end('stalled')
    expect(memory.size).toBe(100)
    lanes.push(bodied('a', 5, 100))
    expect(memory.size).toBe(100)
  })

  test('of one workspace that hangs leave capacity for those of another, and for one of each webhook of its own', () => {
    const { lanes, started } = sending({ inFlightPerWebhookMax: 4, envelopeLimits: LIMITS, heldMax: 1000 })
    for (let nth = 0; nth < 10; nth++) lanes.push(bodied(`a-${nth}`, 10, 20))
    // 150 of 300 are in the common budget, of which a lane takes half of what is left; and 200 of 300 in the reserve.
    const ofA = started.length
    expect(ofA).toBeGreaterThanOrEqual(10)
    expect(ofA).toBeLessThan(20)
    lanes.push(bodied('b', 4, 20, 'other'))
    expect(started.length).toBeGreaterThan(ofA)
    expect(new Set(started.map((id) => id.slice(0, 3))).size).toBeGreaterThanOrEqual(11)
  })

  test('that a replay has read do not wait behind one of live traffic for which there is no memory then', async () => {
    const { lanes, started, end } = sending({
      inFlightPerWebhookMax: 4,
      envelopeLimits: { ...LIMITS, keptMax: 0, reserveMax: 0, smallMax: 0 },
    })
    const ofSize = (id: string, trigger: 'replay' | 'automatic') =>
      delivery('a', id, { trigger, envelope: heldEnvelope('x'.repeat(100)) })
    lanes.push([ofSize('replayed', 'replay')])
    lanes.push([ofSize('live', 'automatic')])
    await settle()
    expect(started).toEqual(['replayed'])
    await end('succeeded')
    expect(started).toEqual(['replayed', 'live'])
  })

  test('that had to wait for memory go on when others have ended, whoever those are', async () => {
    const { lanes, started, end } = sending({
      inFlightPerWebhookMax: 1,
      heldMax: 1000,
      envelopeLimits: { ...LIMITS, reserveMax: 0 },
    })
    for (let nth = 0; nth < 8; nth++) lanes.push(bodied(`a-${nth}`, 1, 100))
    await settle()
    for (let count = 0; count < 8; count++) await end('succeeded')
    expect(started).toHaveLength(8)
  })

  test('for which a lane that stalled waits may be those of the others, for which there is capacity already', async () => {
    const { lanes, started, end } = sending({
      inFlightPerWebhookMax: 1,
      envelopeLimits: { ...LIMITS, keptMax: 1000, flightMax: 0 },
    })
    lanes.push(bodied('hangs', 1, 100))
    await end('stalled')
    for (const [webhookId, size] of [
      ['a', 150],
      ['b', 140],
      ['hangs', 50],
      ['c', 100],
    ] as const) {
      lanes.push(bodied(webhookId, 1, size))
    }
    await settle()
    expect(started).toEqual(['hangs-0', 'a-0', 'b-0'])
    await end('succeeded', 'b')
    expect(started).toEqual(['hangs-0', 'a-0', 'b-0', 'c-0'])
    await end('succeeded', 'a')
    await end('succeeded', 'c')
    expect(started).toEqual(['hangs-0', 'a-0', 'b-0', 'c-0', 'hangs-0'])
  })
})
