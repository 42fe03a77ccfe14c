import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { ManualClock, settle } from '../../../test/support/manual-clock.ts'
import { type EventLoop, IDLE_LOOP } from '../platform/event-loop.ts'
import { LEASED_IN_RESERVE } from '../storage/storage.ts'
import { ALONE } from './alone.ts'
import type { AttemptEnd } from './attempt.ts'
import { BODY_LIMITS, type BodyLimits, BodyMemory } from './body-memory.ts'
import { type EventBody, eventBody } from './event-body.ts'
import { type HeldDelivery, heldDelivery } from './held-delivery.ts'
import type { Pace } from './lane.ts'
import { Lanes } from './lanes.ts'
import { Origins } from './origins.ts'
import type { Target } from './targets.ts'
import { Turns } from './turns.ts'

function delivery(webhookId: string, id: string, fields: Partial<HeldDelivery> = {}): HeldDelivery {
  const lease = {
    workspaceId: 'w',
    id,
    webhookId,
    webhookVersion: 1,
    eventId: `evt_${id}`,
    eventKey: 'call.completed',
    orderKey: null,
    createdAt: 0,
    attempts: 0,
    scheduledAttempts: 0,
    trigger: 'automatic',
    succeededBefore: false,
    leaseToken: 't',
    place: 1,
  } as const
  return { ...heldDelivery(lease, eventBody('{}'), Number.MAX_SAFE_INTEGER), ...fields }
}

function many(webhookId: string, count: number, fields: Partial<HeldDelivery> = {}): HeldDelivery[] {
  return Array.from({ length: count }, (_, index) => delivery(webhookId, `${webhookId}-${index}`, fields))
}

/** Deliveries of one event each, all of one workspace. */
function bodied(webhookId: string, count: number, size: number, workspaceId = 'w'): HeldDelivery[] {
  return Array.from({ length: count }, (_, nth) =>
    delivery(webhookId, `${webhookId}-${nth}`, { workspaceId, body: eventBody('x'.repeat(size)) }),
  )
}

const TARGET = { isActive: true, rateLimitPerSecond: null } as Target

interface SendingOptions {
  readonly inFlightPerWebhookMax?: number
  readonly inFlightPerOriginMax?: number
  readonly heldMax?: number
  readonly bodyLimits?: BodyLimits
  readonly standing?: typeof ALONE
  readonly loop?: EventLoop
  /** Of each webhook its own origin, unless it says otherwise. */
  readonly target?: (webhookId: string) => Partial<Target> | undefined
}

function sending(options: SendingOptions = {}) {
  const { inFlightPerWebhookMax = 2, inFlightPerOriginMax = 64, heldMax = 100, bodyLimits = BODY_LIMITS } = options
  const { standing = ALONE, loop = IDLE_LOOP, target = () => ({}) } = options
  const clock = new ManualClock()
  const started: string[] = []
  const leases: string[] = []
  const texts: (string | undefined)[] = []
  const released: string[] = []
  const read: string[] = []
  const erased = new Set<string>()
  const asked: string[] = []
  const ends: { readonly webhookId: string; readonly end: (end: AttemptEnd) => void }[] = []
  const memory = new BodyMemory(bodyLimits)
  const origins = new Origins({ clock, standing }, { inFlightPerOriginMax })
  const lanes = new Lanes(
    {
      clock,
      loop,
      standing,
      log: pino({ level: 'silent' }),
      targets: {
        get: ({ webhookId, workspaceId }) => {
          const own = target(webhookId)
          const origin = `https://${webhookId}.example`
          return own === undefined
            ? Promise.resolve(undefined)
            : { ...TARGET, webhookId, workspaceId, origin, url: origin, ...own }
        },
      },
      turns: new Turns({ clock, standing }),
      origins,
      memory,
      bodies: {
        read: async ({ id, body }) => {
          read.push(id)
          body.text = 'read again'
        },
      },
      attempt: ({ id, leaseToken, webhookId, body }) => {
        started.push(id)
        leases.push(leaseToken)
        texts.push(body.text)
        return new Promise((resolve) => ends.push({ webhookId, end: resolve }))
      },
      release: ({ id }) => released.push(id),
      takeErased: (id) => erased.delete(id),
      onRoom: (webhookId) => asked.push(webhookId),
    },
    { inFlightPerWebhookMax, heldMax, timeoutMs: 15_000, leaseMs: 900_000 },
  )
  /** The first that is in flight, or the first of a webhook. */
  const end = async (pace: Pace, webhookId?: string, recorded: Promise<void> = Promise.resolve()) => {
    const nth = webhookId === undefined ? 0 : ends.findIndex((each) => each.webhookId === webhookId)
    ends.splice(nth, 1)[0]?.end({ kind: 'sent', pace, recorded })
    await settle()
  }
  return { clock, lanes, origins, memory, started, leases, texts, released, read, erased, asked, end }
}

/** A loop whose turns end when the test says so. */
function turning() {
  const turns: (() => void)[] = []
  const loop: EventLoop = { ...IDLE_LOOP, turnEnd: () => new Promise((resolve) => turns.push(resolve)) }
  return { loop, turns }
}

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
    const { lanes, end } = sending({ inFlightPerWebhookMax: 16, standing: { ...ALONE, nodes: () => nodes } })
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

  test('offer no room while the other nodes do not count this one', () => {
    const { lanes } = sending({ standing: { ...ALONE, takesWork: () => false } })
    expect(lanes.room().limit).toBe(0)
    expect(lanes.replayRoom('a')).toBe(0)
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

  test('take nothing as an attempt of the receiver that was given back without one', async () => {
    const { lanes, started } = sending({ inFlightPerWebhookMax: 4, target: () => ({ isActive: false }) })
    lanes.push(many('a', 6))
    expect(started).toEqual([])
    expect([lanes.inFlight, lanes.waiting]).toEqual([0, 0])
  })

  test('begin no more in one turn of the event loop than its share, of each lane in turn, and the rest in the next ones', async () => {
    const { loop, turns } = turning()
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 60, inFlightPerOriginMax: 200, loop })
    lanes.push([...many('a', 60), ...many('b', 60), ...many('c', 1)])
    expect(started.slice(0, 5)).toEqual(['a-0', 'b-0', 'c-0', 'a-1', 'b-1'])
    expect(lanes.inFlight).toBe(64)
    // What ends meanwhile starts nothing: so the work of a turn becomes no more than its share.
    await end('succeeded')
    expect(lanes.inFlight).toBe(63)
    turns.shift()?.()
    await settle()
    expect(started).toHaveLength(121)
    expect(turns).toHaveLength(1)
  })

  test('begin nothing in the next turn when they were stopped in this one', async () => {
    const { loop, turns } = turning()
    const { lanes, started } = sending({ inFlightPerWebhookMax: 100, inFlightPerOriginMax: 200, loop })
    lanes.push(many('a', 72))
    expect(lanes.stop()).toHaveLength(8)
    turns.shift()?.()
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

  test('give back everything that waits when they are stopped, and start nothing more', async () => {
    const { lanes, started, end } = sending()
    lanes.push(many('a', 5))
    expect(lanes.stop().map(({ id }) => id)).toEqual(['a-2', 'a-3', 'a-4'])
    const idle = lanes.idle()
    await end('succeeded')
    await end('succeeded')
    await idle
    expect(started).toHaveLength(2)
    expect(lanes.room().limit).toBe(0)
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
    expect([lanes.replayRoom('a'), lanes.room().roomDefault]).toEqual([12, 20])
    // Two begin at once, eight wait.
    lanes.push(many('a', 10))
    expect(lanes.replayRoom('a')).toBe(12 - 6)
    for (let stall = 0; stall < 10; stall++) {
      await end('stalled')
      await clock.advance(1000)
    }
    expect(lanes.replayRoom('a')).toBe(3)
    lanes.push(many('b', 31))
    expect(lanes.replayRoom('c')).toBe(0)
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
    expect(new Map(lanes.room().room).get('a')).toBe(0)
    lanes.push(many('b', 2))
    expect(new Map(lanes.room().room).get('b')).toBe(undefined)
  })

  test('nothing begins while the others do not hear of this node, and nothing is given back', async () => {
    let isHeard = false
    const { clock, lanes, started, released } = sending({ standing: { ...ALONE, isHeard: () => isHeard } })
    lanes.push(many('a', 2))
    await clock.advance(400)
    expect([started, released]).toEqual([[], []])
    isHeard = true
    await clock.advance(100)
    expect(started).toEqual(['a-0', 'a-1'])
  })

  test('what is for a webhook that is inactive or gone, or under a lease that is about to end, is given back', async () => {
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
})

describe('what lanes may lease', () => {
  test('is no more than memory is bounded to, but for two deliveries of who has none', () => {
    const { lanes } = sending({ heldMax: 10 })
    lanes.push(many('a', 8))
    expect(lanes.room()).toMatchObject({ limit: 2 + 2048, common: 2, reserve: 2048, workspaceDefault: 4 })
    lanes.push(many('b', 8))
    const { limit, reserve, room, workspaces } = lanes.room()
    expect([limit, reserve]).toEqual([2048 - 6, 2048 - 6])
    expect(workspaces).toEqual([['w', 0]])
    // Both have their share: none of the reserve is for them.
    expect(room).toEqual([
      ['a', 0],
      ['b', 0],
    ])
    expect(LEASED_IN_RESERVE).toBe(2)
  })

  test('of a workspace, is two thirds of what it may be when it is alone, and something is left for each that comes', () => {
    const { lanes } = sending({ heldMax: 300 })
    lanes.push(many('a', 200))
    const { workspaces, workspaceDefault } = lanes.room()
    expect([workspaces, workspaceDefault]).toEqual([[['w', 0]], 200])
    lanes.push(many('b', 66, { workspaceId: 'v' }))
    expect(lanes.room()).toMatchObject({
      workspaceDefault: 68,
      workspaces: [
        ['w', 0],
        ['v', 2],
      ],
    })
  })

  test('of a lane that delivers, is ever more, up to a quarter of what is free', async () => {
    const { lanes, end } = sending({ heldMax: 100 })
    const roomOfA = () => new Map(lanes.room().room).get('a')
    lanes.push(many('a', 100))
    for (let count = 0; count < 84; count++) await end('succeeded')
    // 16 are held, so 84 are free: 2 × 4 may always wait, 21 more, and 2 are in flight.
    expect(roomOfA()).toBe(8 + 21 + 2 - 16)
  })

  test('of a lane that has run dry, stays, but of the 64 used last only', async () => {
    const { lanes, end } = sending({ heldMax: 1000 })
    const roomOf = (webhookId: string) => new Map(lanes.room().room).get(webhookId)
    lanes.push(many('a', 20))
    for (let answer = 0; answer < 20; answer++) await end('succeeded')
    const { roomDefault } = lanes.room()
    expect([lanes.inFlight, lanes.waiting]).toEqual([0, 0])
    expect(roomOf('a')).toBe(roomDefault + 20)
    for (let other = 0; other < 63; other++) {
      lanes.push([delivery(`b-${other}`, `b-${other}`)])
      await end('succeeded')
    }
    expect([roomOf('a'), roomOf('b-0')]).toEqual([roomDefault + 20, roomDefault + 1])
    lanes.push([delivery('a', 'again'), delivery('c', 'c')])
    // Neither is idle now, and with all that rest they are one too many: the one that has rested longest goes.
    expect([roomOf('a'), roomOf('b-0'), roomOf('b-1')]).toEqual([roomDefault + 19, undefined, roomDefault + 1])
  })

  test('names no lane of a dead receiver that rests, however many there are; but it is sent little when it has something', async () => {
    const { lanes, end } = sending({ inFlightPerWebhookMax: 4, heldMax: 100_000 })
    for (let nth = 0; nth < 300; nth++) {
      lanes.push(many(`dead-${nth}`, 4))
      for (let stall = 0; stall < 4; stall++) await end('stalled', `dead-${nth}`)
    }
    expect(lanes.room().room).toEqual([])
    lanes.push(many('dead-7', 4))
    await settle()
    expect(lanes.inFlight).toBe(1)
  })

  test('of a webhook whose lane is filling, is less', () => {
    const { lanes } = sending()
    const { roomDefault } = lanes.room()
    lanes.push([...many('a', 6), ...many('b', 5)])
    expect(new Map(lanes.room().room).get('a')).toBe(roomDefault - 6)
    expect(new Map(lanes.room().room).has('b')).toBe(false)
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
    expect(lanes.room().workspaceDefault).toBe((20_000 - 4000) * 2)
    record()
    await settle()
    expect(lanes.unrecorded).toBe(0)
    expect(lanes.inFlight).toBe(16)
  })
})

describe('bodies', () => {
  const LIMITS: BodyLimits = { keptMax: 300, flightMax: 300, reserveMax: 300, smallMax: 1 }

  test('that several deliveries share count once', () => {
    const { lanes, memory } = sending({
      inFlightPerWebhookMax: 1,
      bodyLimits: { ...LIMITS, flightMax: 0, reserveMax: 900 },
    })
    const body: EventBody = eventBody('x'.repeat(100))
    lanes.push(Array.from({ length: 30 }, (_, nth) => delivery(`a-${nth % 3}`, `${nth}`, { body })))
    // Three are in flight, each with bytes of its own; the text is kept once for the others.
    expect(memory.size).toBe(3 * 100 + 100)
    lanes.stop()
    expect(memory.size).toBe(300)
  })

  test('that do not fit are not kept, and are read when they are sent', async () => {
    const { lanes, read, started, texts, end } = sending({ inFlightPerWebhookMax: 1, bodyLimits: LIMITS })
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

  test('of one workspace that hangs leave room for those of another, and for one of each webhook of its own', () => {
    const { lanes, started } = sending({ inFlightPerWebhookMax: 4, bodyLimits: LIMITS, heldMax: 1000 })
    for (let nth = 0; nth < 10; nth++) lanes.push(bodied(`a-${nth}`, 10, 20))
    // 150 of 300 are in the common budget, of which a lane takes half of what is left; and 200 of 300 in the reserve.
    const ofA = started.length
    expect(ofA).toBeGreaterThanOrEqual(10)
    expect(ofA).toBeLessThan(20)
    lanes.push(bodied('b', 4, 20, 'other'))
    expect(started.length).toBeGreaterThan(ofA)
    expect(new Set(started.map((id) => id.slice(0, 3))).size).toBeGreaterThanOrEqual(11)
  })

  test('that had to wait for memory go on when others have ended, whoever those are', async () => {
    const { lanes, started, end } = sending({
      inFlightPerWebhookMax: 1,
      heldMax: 1000,
      bodyLimits: { ...LIMITS, reserveMax: 0 },
    })
    for (let nth = 0; nth < 8; nth++) lanes.push(bodied(`a-${nth}`, 1, 100))
    await settle()
    for (let count = 0; count < 8; count++) await end('succeeded')
    expect(started).toHaveLength(8)
  })
})
