import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { ReplayBounds, ReplayStep } from '../storage/storage.ts'
import { Replayer } from './replayer.ts'
import { ShortLanes } from './short-lanes.ts'

/** A store with one running replay on each webhook, whose steps are answered from a list; then it has ended. */
function replaying(webhooks: readonly string[], steps: readonly ReplayStep[]) {
  const clock = new ManualClock()
  const left = [...steps]
  const asked: (ReplayBounds & { readonly id: string })[] = []
  const capacity = new Map<string, number>()
  const seen = { rounds: 0, queued: 0, ended: [] as string[], faults: [] as unknown[] }
  const lanes = new ShortLanes()
  const replayer = new Replayer({
    clock,
    shortLanes: lanes,
    storage: {
      async runningReplays() {
        seen.rounds++
        return left.length === 0
          ? []
          : webhooks.map((webhookId) => ({ workspaceId: 'w', id: `of ${webhookId}`, webhookId }))
      },
      async advanceReplay({ id }, bounds) {
        asked.push({ id, ...bounds })
        return left.shift() ?? { kind: 'ended', queued: 0 }
      },
    },
    capacity: (webhookId) => capacity.get(webhookId) ?? 48,
    onQueued: () => seen.queued++,
    onEnded: ({ id }) => seen.ended.push(id),
    onFault: (error) => seen.faults.push(error),
  })
  return { clock, replayer, lanes, asked, capacity, seen }
}

const ADVANCED: ReplayStep = { kind: 'advanced', queued: 5 }
const WAITING: ReplayStep = { kind: 'waiting', queued: 0 }

describe('the replayer', () => {
  test('tells of each replay that has ended', async () => {
    const { clock, replayer, seen } = replaying(['a', 'b'], [ADVANCED, { kind: 'ended', queued: 1 }])
    replayer.start()
    await clock.advance(0)
    expect(seen.ended).toEqual(['of b'])
    await replayer.stop()
  })

  test('takes one step of each replay after another, with a pause for live traffic, until they have ended', async () => {
    const { clock, replayer, asked, seen } = replaying(['a', 'b'], [ADVANCED, ADVANCED, ADVANCED, ADVANCED])
    replayer.start()
    await clock.advance(9)
    expect(asked.map(({ id }) => id)).toEqual(['of a', 'of b'])
    await clock.advance(100)
    expect(asked.map(({ id }) => id)).toEqual(['of a', 'of b', 'of a', 'of b'])
    expect(seen).toMatchObject({ queued: 4, ended: [], faults: [] })
    await replayer.stop()
  })

  test('lets a step make no more due than the lane leaves to replays, and takes none where that is nothing', async () => {
    const { clock, replayer, asked, capacity } = replaying(['a', 'b'], [WAITING])
    capacity.set('a', 0)
    capacity.set('b', 20)
    replayer.start()
    await clock.advance(0)
    expect(asked).toEqual([{ id: 'of b', queueMax: 200, dueMax: 20 }])
    await replayer.stop()
  })

  test('goes on as soon as the lane it waits for runs low, and asks for no other', async () => {
    const { clock, replayer, lanes, asked, capacity, seen } = replaying(['a'], [ADVANCED])
    capacity.set('a', 0)
    replayer.start()
    await clock.advance(50)
    expect(seen.rounds).toBe(1)
    lanes.noteCapacity('a')
    lanes.noteCapacity('b')
    await clock.advance(20)
    expect(seen.rounds).toBe(1)
    capacity.set('a', 5)
    lanes.noteCapacity('a')
    await clock.advance(0)
    expect(asked).toEqual([{ id: 'of a', queueMax: 200, dueMax: 5 }])
    await replayer.stop()
  })

  test('does not look again because of a lane while the store says that enough is due', async () => {
    const { clock, replayer, lanes, seen } = replaying(['a'], [WAITING, WAITING])
    replayer.start()
    await clock.advance(0)
    expect(seen.rounds).toBe(1)
    for (let finished = 0; finished < 90; finished++) {
      lanes.noteCapacity('a')
      await clock.advance(1)
    }
    expect(seen.rounds).toBe(1)
    await clock.advance(10)
    expect(seen.rounds).toBe(2)
    await replayer.stop()
  })

  test('leaves the pause for live traffic also when a lane runs low again and again', async () => {
    const { clock, replayer, lanes, capacity, seen } = replaying(
      ['a', 'b'],
      [ADVANCED, ADVANCED, ADVANCED, ADVANCED, ADVANCED],
    )
    capacity.set('b', 0)
    replayer.start()
    for (let ms = 0; ms < 30; ms++) {
      capacity.set('b', ms % 2)
      lanes.noteCapacity('b')
      await clock.advance(1)
    }
    expect(seen.rounds).toBeLessThanOrEqual(4)
    await replayer.stop()
  })
})
