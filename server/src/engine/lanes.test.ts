import { describe, expect, test } from 'vitest'
import { settle } from '../../../test/support/manual-clock.ts'
import { ALONE } from '../storage/storage.ts'
import { delivery, many, sending, ticking } from './testing/test-lanes.ts'

describe('lanes', () => {
  test('keep at most the allowed number in flight to one webhook, in the order they came', async () => {
    const { lanes, started, end } = sending()
    lanes.push(many('a', 4))
    expect(started).toEqual(['a-0', 'a-1'])
    await end('succeeded')
    expect(started).toEqual(['a-0', 'a-1', 'a-2'])
  })

  test('share what is allowed with the lanes of other nodes, as these come and go, and keep one slot at least', async () => {
    let nodes = 3
    const { lanes, end } = sending({ inFlightPerWebhookMax: 16, membership: { ...ALONE, nodes: () => nodes } })
    lanes.push(many('a', 90))
    expect(lanes.inFlight).toBe(5)
    nodes = 4
    await end('succeeded')
    expect(lanes.inFlight).toBe(4)
    nodes = 100
    for (let count = 0; count < 4; count++) await end('succeeded')
    expect(lanes.inFlight).toBe(1)
    nodes = 1
    for (let count = 0; count < 8; count++) await end('succeeded')
    expect(lanes.inFlight).toBe(16)
  })

  test('offer no capacity while the other nodes do not count this one', () => {
    const { lanes } = sending({ membership: { ...ALONE, acceptsWork: () => false } })
    expect(lanes.capacity().limit).toBe(0)
    expect(lanes.replayCapacity('a')).toBe(0)
  })

  test('do not let one webhook that hangs hold up another', () => {
    const { lanes, started } = sending()
    lanes.push(many('hanging', 50))
    lanes.push(many('healthy', 1))
    expect(started).toContain('healthy-0')
  })

  test('give a webhook that stalls fewer slots, down to one, and all of them back when it answers', async () => {
    const { lanes, end, clock } = sending({ inFlightPerWebhookMax: 4 })
    lanes.push(many('a', 40))
    for (let stall = 0; stall < 6; stall++) await end('stalled')
    expect(lanes.inFlight).toBe(1)
    for (let success = 0; success < 4; success++) {
      await end('succeeded')
      await clock.advance(1000)
    }
    expect(lanes.inFlight).toBe(4)
  })

  test('take nothing as an attempt of the receiver that was released without one', async () => {
    const { lanes, started } = sending({ inFlightPerWebhookMax: 4, target: () => ({ isActive: false }) })
    lanes.push(many('a', 6))
    expect(started).toEqual([])
    expect([lanes.inFlight, lanes.waiting]).toEqual([0, 0])
  })

  test('begin no more in one tick than its share, of each lane in turn, and the rest in the next ones', async () => {
    const { loop, ticks } = ticking()
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 60, inFlightPerOriginMax: 200, loop })
    lanes.push([...many('a', 60), ...many('b', 60), ...many('c', 1)])
    expect(started.slice(0, 5)).toEqual(['a-0', 'b-0', 'c-0', 'a-1', 'b-1'])
    expect(lanes.inFlight).toBe(64)
    // What ends meanwhile starts nothing: so the work of a turn becomes no more than its share.
    await end('succeeded')
    expect(lanes.inFlight).toBe(63)
    ticks.shift()?.()
    await settle()
    expect(started).toHaveLength(121)
    expect(ticks).toHaveLength(1)
  })

  test('begin nothing in the next turn when they were stopped in this one', async () => {
    const { loop, ticks } = ticking()
    const { lanes, started } = sending({ inFlightPerWebhookMax: 100, inFlightPerOriginMax: 200, loop })
    lanes.push(many('a', 72))
    expect(lanes.stop()).toHaveLength(8)
    ticks.shift()?.()
    await settle()
    expect(started).toHaveLength(64)
  })

  test('ask for more when a lane has drained to half, and again when nothing waits', async () => {
    const { lanes, end, asked } = sending()
    // Two begin at once, eight wait.
    lanes.push(many('a', 10))
    for (let count = 0; count < 2; count++) await end('succeeded')
    expect(asked).toEqual([])
    await end('succeeded')
    expect(asked).toEqual(['a'])
    for (let count = 0; count < 5; count++) await end('succeeded')
    expect(asked).toEqual(['a', 'a'])
  })

  test('send a delivery that came again under a newer lease under that one only', async () => {
    const { lanes, started, leases, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('a', 2))
    lanes.pushClaimed([{ ...delivery('a', 'a-1'), leaseToken: 'newer' }, delivery('b', 'b-0')])
    expect(lanes.waiting).toBe(1)
    for (let count = 0; count < 3; count++) await end('succeeded')
    expect(started).toEqual(['a-0', 'b-0', 'a-1'])
    expect(leases).toEqual(['t', 't', 'newer'])
    expect(lanes.inFlight + lanes.waiting).toBe(0)
  })

  test('do not send what was erased while it waited, nor give it back', async () => {
    const { lanes, started, released, erased, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('a', 3))
    erased.add('a-1')
    await end('succeeded')
    expect(started).toEqual(['a-0', 'a-2'])
    expect(released).toEqual([])
  })

  test('name what is in flight beside what waits when they are left', () => {
    const { lanes } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push([...many('a', 2), ...many('b', 1)])
    expect(lanes.abandon().map(({ id }) => id)).toEqual(['a-1', 'a-0', 'b-0'])
  })

  test('release everything that waits when they are stopped, and start nothing more', async () => {
    const { lanes, started, end } = sending()
    lanes.push(many('a', 5))
    expect(lanes.stop().map(({ id }) => id)).toEqual(['a-2', 'a-3', 'a-4'])
    const idle = lanes.idle()
    await end('succeeded')
    await end('succeeded')
    await idle
    expect(started).toHaveLength(2)
    expect(lanes.capacity().limit).toBe(0)
  })

  test('what is replayed is sent when nothing else waits: live traffic goes first', async () => {
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('r', 3, { webhookId: 'a', trigger: 'replay' }))
    lanes.push(many('a', 2))
    for (let count = 0; count < 4; count++) await end('succeeded')
    expect(started).toEqual(['r-0', 'a-0', 'a-1', 'r-1', 'r-2'])
  })

  test('let a replay add less than fits, nothing beside what waits, little to who stalls, and nothing when memory fills', async () => {
    const { lanes, end, clock } = sending({ inFlightPerWebhookMax: 4, heldMax: 60 })
    expect([lanes.replayCapacity('a'), lanes.capacity().capacityDefault]).toEqual([12, 20])
    // Two begin at once, eight wait.
    lanes.push(many('a', 10))
    expect(lanes.replayCapacity('a')).toBe(12 - 6)
    for (let stall = 0; stall < 10; stall++) {
      await end('stalled')
      await clock.advance(1000)
    }
    expect(lanes.replayCapacity('a')).toBe(3)
    lanes.push(many('b', 31))
    expect(lanes.replayCapacity('c')).toBe(0)
  })
})

describe('a delivery is taken only when its turn is there', () => {
  test('a rate-limited lane sends in the order in which its deliveries came, and none waits for ever', async () => {
    const { clock, lanes, started, end } = sending({
      inFlightPerWebhookMax: 16,
      heldMax: 1000,
      target: () => ({ rateLimitPerSecond: 10 }),
    })
    let count = 0
    const next = () => delivery('a', String(count++).padStart(4, '0'))
    lanes.push(Array.from({ length: 40 }, next))
    for (let tick = 0; tick < 600; tick++) {
      await clock.advance(100)
      await end('succeeded')
      lanes.push([next()])
    }
    expect(started).toHaveLength(601)
    expect(started).toEqual(started.toSorted())
  })

  test('it leases no more than its limit lets it send within half a lease', () => {
    const { lanes } = sending({ heldMax: 10_000, target: () => ({ rateLimitPerSecond: 1 }) })
    lanes.push(many('a', 445))
    expect(new Map(lanes.capacity().capacity).get('a')).toBe(0)
    lanes.push(many('b', 2))
    expect(new Map(lanes.capacity().capacity).get('b')).toBe(undefined)
  })

  test('nothing begins while the others do not hear of this node, and nothing is released', async () => {
    let isLive = false
    const { clock, lanes, started, released } = sending({ membership: { ...ALONE, isLive: () => isLive } })
    lanes.push(many('a', 2))
    await clock.advance(400)
    expect([started, released]).toEqual([[], []])
    isLive = true
    await clock.advance(100)
    expect(started).toEqual(['a-0', 'a-1'])
  })

  test('what is for a webhook that is inactive or gone, or under a lease that is about to end, is released', async () => {
    const { clock, lanes, started, released } = sending({
      target: (id) => (id === 'gone' ? undefined : { isActive: id !== 'off' }),
    })
    const leaseUntil = clock.now() + 29_000
    lanes.push([...many('gone', 2), ...many('off', 2), ...many('late', 1, { leaseUntil })])
    await settle()
    expect(released.toSorted()).toEqual(['gone-0', 'gone-1', 'late-0', 'off-0', 'off-1'])
    expect(started).toEqual([])
  })

  test('what waits for its origin is no attempt, and lanes of other origins go on', async () => {
    const { lanes, started, end } = sending({
      inFlightPerWebhookMax: 16,
      inFlightPerOriginMax: 2,
      target: (id) => (id === 'other' ? {} : { origin: 'https://one.example' }),
    })
    lanes.push([...many('a', 2), ...many('b', 2), ...many('other', 1)])
    expect(started).toEqual(['a-0', 'other-0'])
    expect(lanes.waitingForOrigin).toBe(3)
    // Of two a workspace has one: the other is for the next.
    lanes.push([delivery('c', 'c-0', { workspaceId: 'another' })])
    expect(started.slice(2)).toEqual(['c-0'])
    await end('succeeded', 'a')
    expect(started.slice(3)).toEqual(['b-0'])
    await end('succeeded', 'c')
    await end('succeeded', 'b')
    await end('succeeded', 'a')
    expect(started.slice(4)).toEqual(['a-1', 'b-1'])
    expect(lanes.waitingForOrigin).toBe(0)
  })

  test('what waits is told by its reason, and every waiting delivery is under one', async () => {
    const { lanes, end } = sending({
      inFlightPerWebhookMax: 1,
      inFlightPerOriginMax: 2,
      target: (id) => ({ a: {}, c: { rateLimitPerSecond: 1 } })[id] ?? { origin: 'https://busy.example' },
    })
    lanes.push([...many('a', 5), ...many('b', 2), ...many('c', 4), ...many('d', 2)])
    await end('succeeded', 'c')
    // One of a, of b and of c was sent; of d none, whose origin has of this workspace as many as it may have.
    const told = lanes.waitingFor
    expect(told).toMatchObject({ in_flight_limit: 4 + 1, rate_limit: 3, origin: 2, memory: 0, loading: 0, pause: 0 })
    expect(Object.values(told).reduce((sum, count) => sum + count, 0)).toBe(lanes.waiting)
    for (let nth = 0; nth < 5; nth++) await end('succeeded', 'a')
    expect(lanes.waitingFor.in_flight_limit).toBe(1)
  })
})
