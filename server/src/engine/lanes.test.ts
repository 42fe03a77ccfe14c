import { describe, expect, test } from 'vitest'
import { ManualClock, settle } from '../../../test/support/manual-clock.ts'
import { type EventLoop, IDLE_LOOP } from '../platform/event-loop.ts'
import { ALONE } from './alone.ts'
import type { HeldDelivery } from './held-delivery.ts'
import { Lanes, type SlotEnd } from './lanes.ts'

const DONE: SlotEnd = { kind: 'done', pace: 'answered' }
const STALLED: SlotEnd = { kind: 'done', pace: 'stalled' }

function delivery(webhookId: string, id: string): HeldDelivery {
  return {
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
    leaseUntil: Number.MAX_SAFE_INTEGER,
    body: '{}',
  }
}

function many(webhookId: string, count: number): HeldDelivery[] {
  return Array.from({ length: count }, (_, index) => delivery(webhookId, `${webhookId}-${index}`))
}

function sending({
  inFlightPerWebhookMax = 2,
  heldMax = 100,
  heldBodyMax = 1000,
  standing = ALONE,
  loop = IDLE_LOOP,
} = {}) {
  let asked = 0
  const clock = new ManualClock()
  const started: string[] = []
  const leases: string[] = []
  const ends: ((end: SlotEnd) => void)[] = []
  const lanes = new Lanes(
    {
      clock,
      loop,
      standing,
      attempt: ({ id, leaseToken }) => {
        started.push(id)
        leases.push(leaseToken)
        return new Promise((resolve) => ends.push(resolve))
      },
      onRoom: () => asked++,
    },
    { inFlightPerWebhookMax, heldMax, heldBodyMax },
  )
  const end = async (how: SlotEnd) => {
    ends.shift()?.(how)
    await settle()
  }
  return { clock, lanes, started, leases, end, asked: () => asked }
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
    await end(DONE)
    expect(started).toEqual(['a-0', 'a-1', 'a-2'])
  })

  test('share what is allowed with the lanes of other nodes, as these come and go, and keep one slot at least', async () => {
    let nodes = 3
    const { lanes, end } = sending({ inFlightPerWebhookMax: 16, standing: { ...ALONE, nodes: () => nodes } })
    lanes.push(many('a', 90))
    expect(lanes.inFlight).toBe(5)
    nodes = 4
    await end(DONE)
    expect(lanes.inFlight).toBe(4)
    nodes = 100
    for (let count = 0; count < 4; count++) await end(DONE)
    expect(lanes.inFlight).toBe(1)
    nodes = 1
    for (let count = 0; count < 8; count++) await end(DONE)
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
    const { lanes, end } = sending({ inFlightPerWebhookMax: 4 })
    lanes.push(many('a', 40))
    for (let stall = 0; stall < 6; stall++) await end(STALLED)
    expect(lanes.inFlight).toBe(1)
    for (let answer = 0; answer < 4; answer++) await end(DONE)
    expect(lanes.inFlight).toBe(4)
  })

  test('begin no more in one turn of the event loop than its share, of each lane in turn, and the rest in the next ones', async () => {
    const { loop, turns } = turning()
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 60, loop })
    lanes.push([...many('a', 60), ...many('b', 60), ...many('c', 1)])
    expect(started.slice(0, 5)).toEqual(['a-0', 'b-0', 'c-0', 'a-1', 'b-1'])
    expect(lanes.inFlight).toBe(64)
    // What ends meanwhile starts nothing: so the work of a turn becomes no more than its share.
    await end(DONE)
    expect(lanes.inFlight).toBe(63)
    turns.shift()?.()
    await settle()
    expect(started).toHaveLength(121)
    expect(turns).toHaveLength(1)
  })

  test('begin nothing in the next turn when they were stopped in this one', async () => {
    const { loop, turns } = turning()
    const { lanes, started } = sending({ inFlightPerWebhookMax: 100, loop })
    lanes.push(many('a', 72))
    expect(lanes.stop()).toHaveLength(8)
    turns.shift()?.()
    await settle()
    expect(started).toHaveLength(64)
  })

  test('offer no more room than memory is bounded to', () => {
    const { lanes } = sending({ heldMax: 10 })
    lanes.push(many('a', 8))
    expect(lanes.room().limit).toBe(2)
    lanes.push(many('b', 8))
    expect(lanes.room().limit).toBe(0)
  })

  test('offer no more room than the bodies that memory is bounded to', () => {
    const { lanes } = sending({ heldMax: 1000, heldBodyMax: 10 })
    lanes.push(many('a', 4))
    expect(lanes.room().limit).toBe(1)
    lanes.push(many('b', 1))
    expect(lanes.room().limit).toBe(0)
  })

  test('offer a lane that answers ever more room, up to a quarter of what is free', async () => {
    const { lanes, end } = sending({ heldMax: 100 })
    const roomOfA = () => new Map(lanes.room().room).get('a')
    lanes.push(many('a', 100))
    for (let count = 0; count < 84; count++) await end(DONE)
    // 16 are held, so 84 are free: 2 × 4 may always wait, 21 more, and 2 are in flight.
    expect(roomOfA()).toBe(8 + 21 + 2 - 16)
  })

  test('keep the room of a lane that has run dry, but of the 64 used last only', async () => {
    const { lanes, end } = sending({ heldMax: 1000 })
    const roomOf = (webhookId: string) => new Map(lanes.room().room).get(webhookId)
    lanes.push(many('a', 20))
    for (let answer = 0; answer < 20; answer++) await end(DONE)
    const { roomDefault } = lanes.room()
    expect([lanes.inFlight, lanes.waiting]).toEqual([0, 0])
    expect(roomOf('a')).toBe(roomDefault + 20)
    for (let other = 0; other < 63; other++) {
      lanes.push([delivery(`b-${other}`, `b-${other}`)])
      await end(DONE)
    }
    expect([roomOf('a'), roomOf('b-0')]).toEqual([roomDefault + 20, roomDefault + 1])
    lanes.push([delivery('a', 'again'), delivery('c', 'c')])
    // Neither is idle now, and with all that rest they are one too many: the one that has rested longest goes.
    expect([roomOf('a'), roomOf('b-0'), roomOf('b-1')]).toEqual([roomDefault + 19, undefined, roomDefault + 1])
  })

  test('ask for more when a lane has drained to half, and again when nothing waits', async () => {
    const { lanes, end, asked } = sending()
    // Two begin at once, eight wait.
    lanes.push(many('a', 10))
    for (let count = 0; count < 2; count++) await end(DONE)
    expect(asked()).toBe(0)
    await end(DONE)
    expect(asked()).toBe(1)
    for (let count = 0; count < 5; count++) await end(DONE)
    expect(asked()).toBe(2)
  })

  test('offer less room to a webhook whose lane is filling', () => {
    const { lanes } = sending()
    const { roomDefault } = lanes.room()
    lanes.push([...many('a', 6), ...many('b', 5)])
    expect(new Map(lanes.room().room).get('a')).toBe(roomDefault - 6)
    expect(new Map(lanes.room().room).has('b')).toBe(false)
  })

  test('try a delivery whose turn has not come again after the wait, before the ones behind it', async () => {
    const { clock, lanes, started, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('a', 2))
    await end({ kind: 'wait', waitMs: 500 })
    await clock.advance(499)
    expect(started).toEqual(['a-0'])
    await clock.advance(1)
    expect(started).toEqual(['a-0', 'a-0'])
    await end(DONE)
    expect(started).toEqual(['a-0', 'a-0', 'a-1'])
  })

  test('send a delivery that came again under a newer lease under that one only', async () => {
    const { lanes, started, leases, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('a', 2))
    lanes.pushClaimed([{ ...delivery('a', 'a-1'), leaseToken: 'newer' }, delivery('b', 'b-0')])
    expect(lanes.waiting).toBe(1)
    await end(DONE)
    await end(DONE)
    await end(DONE)
    expect(started).toEqual(['a-0', 'b-0', 'a-1'])
    expect(leases).toEqual(['t', 't', 'newer'])
    expect(lanes.inFlight + lanes.waiting).toBe(0)
  })

  test('forget a delivery that came again under a newer lease while it had to wait for its turn', async () => {
    const { clock, lanes, started, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('a', 2))
    lanes.pushClaimed([{ ...delivery('a', 'a-0'), leaseToken: 'newer' }])
    await end({ kind: 'wait', waitMs: 500 })
    await end(DONE)
    await end(DONE)
    await clock.advance(500)
    expect(started).toEqual(['a-0', 'a-1', 'a-0'])
    expect(lanes.inFlight + lanes.waiting).toBe(0)
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
    await end(DONE)
    await end(DONE)
    await idle
    expect(started).toHaveLength(2)
    expect(lanes.room().limit).toBe(0)
  })

  test('what is replayed is sent when nothing else waits: live traffic goes first', async () => {
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 1 })
    const replayed = many('r', 3).map((each) => ({ ...each, webhookId: 'a', trigger: 'replay' as const }))
    lanes.push(replayed)
    lanes.push(many('a', 2))
    for (let count = 0; count < 4; count++) await end(DONE)
    expect(started).toEqual(['r-0', 'a-0', 'a-1', 'r-1', 'r-2'])
  })

  test('what is replayed keeps its place while it waits for its turn, and is given back with the rest', async () => {
    const { lanes, started, end } = sending({ inFlightPerWebhookMax: 1 })
    lanes.push(many('a', 2).map((each) => ({ ...each, trigger: 'replay' as const })))
    await end({ kind: 'wait', waitMs: 1000 })
    lanes.push(many('b', 1))
    expect(lanes.drop().map(({ id }) => id)).toEqual(['a-0', 'a-1'])
    expect(started).toEqual(['a-0', 'b-0'])
  })

  test('let a replay add less than fits, nothing beside what waits, little to who stalls, and nothing when memory fills', async () => {
    const { lanes, end } = sending({ inFlightPerWebhookMax: 4, heldMax: 60 })
    expect([lanes.replayRoom('a'), lanes.room().roomDefault]).toEqual([12, 20])
    // Two begin at once, eight wait.
    lanes.push(many('a', 10))
    expect(lanes.replayRoom('a')).toBe(12 - 6)
    for (let stall = 0; stall < 4; stall++) await end(STALLED)
    expect(lanes.replayRoom('a')).toBe(0)
    for (let stall = 0; stall < 6; stall++) await end(STALLED)
    expect(lanes.replayRoom('a')).toBe(3)
    lanes.push(many('b', 31))
    expect(lanes.replayRoom('c')).toBe(0)
  })
})
