import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { ALONE } from '../storage/storage.ts'
import { type Health, type OriginShare, Origins, type OriginUser } from './origins.ts'

const ORIGIN = 'https://receiver.example'

/** A lane that always has something to send, and begins it as soon as it may. */
class Sender implements OriginUser {
  health: Health
  inFlight = 0
  readonly waiting = 1
  readonly share: OriginShare
  readonly #origins: Origins
  readonly #begun: Health[] = []
  count = 0

  constructor(origins: Origins, workspaceId: string, health: Health = 'unknown', origin = ORIGIN) {
    this.#origins = origins
    this.health = health
    this.share = origins.join(origin, workspaceId)
  }

  wake(): void {
    this.begin()
  }

  begin(): void {
    while (this.#origins.mayBegin(this.share, this)) {
      this.inFlight++
      this.count++
      this.#begun.push(this.#origins.began(this.share, this))
    }
    this.#origins.wait(this.share, this)
  }

  end(isSuccess: boolean): void {
    const begunAs = this.#begun.shift()
    if (begunAs === undefined) return
    this.inFlight--
    this.health = isSuccess ? 'well' : 'failing'
    this.#origins.ended(this.share, begunAs, isSuccess)
    this.begin()
  }
}

function sending({ max = 64, nodes = 1 } = {}) {
  const clock = new ManualClock()
  const origins = new Origins({ clock, membership: { ...ALONE, nodes: () => nodes } }, { inFlightPerOriginMax: max })
  return { clock, origins }
}

describe('an origin', () => {
  test('gets no more at once than is allowed over all webhooks and workspaces, and each workspace something of it', () => {
    const { origins } = sending()
    const senders = ['a', 'b', 'c', 'd'].map((workspace) => new Sender(origins, workspace, 'well'))
    for (const sender of senders) sender.begin()
    expect(senders.map(({ inFlight }) => inFlight)).toEqual([24, 15, 10, 6])
    for (let round = 0; round < 200; round++) for (const sender of senders) sender.end(true)
    const total = senders.reduce((sum, { inFlight }) => sum + inFlight, 0)
    expect(total).toBeLessThanOrEqual(64)
    // Whoever came first does not keep what it had.
    for (const { inFlight } of senders) expect(inFlight).toBeGreaterThanOrEqual(8)
  })

  test('is shared by the nodes in equal parts, and each has one at least', () => {
    for (const [nodes, expected] of [
      [2, 12],
      [4, 6],
      [100, 1],
    ] as const) {
      const { origins } = sending({ nodes })
      const sender = new Sender(origins, 'a', 'well')
      sender.begin()
      expect(sender.inFlight).toBe(expected)
    }
  })

  test('that only fails gets fewer and fewer: a few hundred requests in 15 s of a hundred webhooks, and never none', async () => {
    const { clock, origins } = sending()
    const senders = Array.from({ length: 100 }, () => new Sender(origins, 'a'))
    for (const sender of senders) sender.begin()
    const total = () => senders.reduce((sum, { count }) => sum + count, 0)
    const run = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 5) {
        for (const sender of senders) while (sender.inFlight > 0) sender.end(false)
        await clock.advance(5)
      }
    }
    await run(15_000)
    const first = total()
    expect(first).toBeGreaterThan(100)
    expect(first).toBeLessThan(300)
    await run(60_000)
    expect(total() - first).toBeGreaterThan(50)
    expect(total() - first).toBeLessThan(120)
    // Every webhook has its turn.
    for (const { count } of senders) expect(count).toBeGreaterThan(0)
  })

  test('is sent to at full pace again after a success', async () => {
    const { clock, origins } = sending({ max: 16 })
    const senders = Array.from({ length: 20 }, () => new Sender(origins, 'a'))
    for (const sender of senders) sender.begin()
    for (let round = 0; round < 1000; round++) {
      for (const sender of senders) while (sender.inFlight > 0) sender.end(false)
      await clock.advance(10)
    }
    const inFlight = () => senders.reduce((sum, sender) => sum + sender.inFlight, 0)
    expect(inFlight()).toBeLessThanOrEqual(1)
    for (let round = 0; round < 200; round++) {
      for (const sender of senders) if (sender.inFlight > 0) sender.end(true)
      await clock.advance(10)
    }
    expect(inFlight()).toBe(12)
  })

  test('of many workspaces goes on for those whose webhooks are well while the webhooks of one fail or hang', async () => {
    const { clock, origins } = sending()
    const hostile = Array.from({ length: 100 }, () => new Sender(origins, 'hostile'))
    for (const sender of hostile) sender.begin()
    for (let round = 0; round < 400; round++) {
      for (const sender of hostile) if (sender.inFlight > 0) sender.end(false)
      await clock.advance(10)
    }
    // Those that it still has in flight hang from now on.
    const honest = new Sender(origins, 'honest', 'well')
    honest.begin()
    for (let round = 0; round < 100; round++) {
      honest.end(true)
      await clock.advance(1)
    }
    expect(honest.count).toBeGreaterThan(100)
    expect(honest.inFlight).toBeGreaterThanOrEqual(20)
  })

  test('of a workspace with a webhook that is well sends to that one while its others fail', async () => {
    const { clock, origins } = sending()
    const failing = Array.from({ length: 30 }, () => new Sender(origins, 'a'))
    for (const sender of failing) sender.begin()
    for (let round = 0; round < 100; round++) {
      for (const sender of failing) if (sender.inFlight > 0) sender.end(false)
      await clock.advance(10)
    }
    const fresh = new Sender(origins, 'a')
    fresh.begin()
    expect(fresh.inFlight).toBe(1)
    fresh.end(true)
    expect(fresh.inFlight).toBeGreaterThan(20)
  })

  test('with many webhooks of a workspace that hang from the beginning has place for those that are well', () => {
    const { origins } = sending()
    const hanging = Array.from({ length: 90 }, () => new Sender(origins, 'a'))
    for (const sender of hanging) sender.begin()
    const held = hanging.reduce((sum, { inFlight }) => sum + inFlight, 0)
    expect(held).toBeLessThanOrEqual(32)
    const well = new Sender(origins, 'a', 'well')
    well.begin()
    expect(well.inFlight).toBeGreaterThan(0)
    for (let round = 0; round < 50; round++) well.end(true)
    expect(well.count).toBeGreaterThanOrEqual(50)
  })

  test('wakes the next of those that wait when one that was woken has nothing to begin', () => {
    const { origins } = sending({ max: 1 })
    const { share } = new Sender(origins, 'a', 'well')
    const woken: string[] = []
    const idle = (name: string): OriginUser => ({
      health: 'well',
      inFlight: 0,
      waiting: 0,
      wake: () => {
        woken.push(name)
        origins.passOn(shares.get(name) as OriginShare)
      },
    })
    const shares = new Map(['b', 'c', 'd'].map((name) => [name, origins.join(ORIGIN, name)]))
    origins.began(share, idle('a'))
    for (const [name, waiting] of shares) origins.wait(waiting, idle(name))
    origins.ended(share, 'well', true)
    expect(woken).toEqual(['b', 'c', 'd'])
  })

  test('is not looked at in a loop for a webhook that waits for what it has in flight elsewhere', async () => {
    const { clock, origins } = sending({ max: 1 })
    let looks = 0
    const moved: OriginUser = {
      health: 'failing',
      waiting: 1,
      get inFlight() {
        if (++looks > 1000) throw new Error('It is looked at again and again.')
        return 4
      },
      wake: () => undefined,
    }
    origins.wait(origins.join(ORIGIN, 'a'), moved)
    await clock.advance(1000)
    expect(looks).toBeLessThan(100)
  })

  test('that nobody sends to is remembered for a while, and leaves no timer', async () => {
    const { clock, origins } = sending()
    const sender = new Sender(origins, 'a')
    sender.begin()
    for (let round = 0; round < 50; round++) {
      while (sender.inFlight > 0) sender.end(false)
      await clock.advance(10)
    }
    origins.leave(sender.share, sender)
    expect(clock.pending).toBe(0)
    expect(origins.join(ORIGIN, 'a').brake.failures).toBeGreaterThan(32)
    expect(origins.join(ORIGIN, 'b').brake.failures).toBe(0)
  })
})
