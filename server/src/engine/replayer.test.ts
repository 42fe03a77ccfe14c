import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { ReplayBounds, ReplayStep } from '../storage/storage.ts'
import { Replayer } from './replayer.ts'

/** A store with one running replay on each webhook, whose steps are answered from a list; then it has ended. */
function replaying(webhooks: readonly string[], steps: readonly ReplayStep[]) {
  const clock = new ManualClock()
  const left = [...steps]
  const asked: (ReplayBounds & { readonly id: string })[] = []
  const room = new Map<string, number>()
  const seen = { rounds: 0, queued: 0, faults: [] as unknown[] }
  const replayer = new Replayer({
    clock,
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
    room: (webhookId) => room.get(webhookId) ?? 48,
    onQueued: () => seen.queued++,
    onFault: (error) => seen.faults.push(error),
  })
  return { clock, replayer, asked, room, seen }
}

const ADVANCED: ReplayStep = { kind: 'advanced', queued: 5 }
const WAITING: ReplayStep = { kind: 'waiting', queued: 0 }

describe('the replayer', () => {
  test('takes one step of each replay after another, with a pause for live traffic, until they have ended', async () => {
    const { clock, replayer, asked, seen } = replaying(['a', 'b'], [ADVANCED, ADVANCED, ADVANCED, ADVANCED])
    replayer.start()
    await clock.advance(9)
    expect(asked.map(({ id }) => id)).toEqual(['of a', 'of b'])
    await clock.advance(100)
    expect(asked.map(({ id }) => id)).toEqual(['of a', 'of b', 'of a', 'of b'])
    expect(seen).toMatchObject({ queued: 4, faults: [] })
    await replayer.stop()
  })

  test('lets a step make no more due than the lane leaves to replays, and takes none where that is nothing', async () => {
    const { clock, replayer, asked, room } = replaying(['a', 'b'], [WAITING])
    room.set('a', 0)
    room.set('b', 20)
    replayer.start()
    await clock.advance(0)
    expect(asked).toEqual([{ id: 'of b', queueMax: 200, dueMax: 20 }])
    await replayer.stop()
  })

  test('goes on as soon as a lane has run dry, and only asks when a replay waits for that', async () => {
    const { clock, replayer, seen } = replaying(['a'], [WAITING])
    replayer.start()
    await clock.advance(0)
    expect(seen.rounds).toBe(1)
    replayer.noteRoom()
    await clock.advance(0)
    expect(seen.rounds).toBe(2)
    replayer.noteRoom()
    await clock.advance(5)
    expect(seen.rounds).toBe(2)
    replayer.wake()
    await clock.advance(0)
    expect(seen.rounds).toBe(3)
    await replayer.stop()
  })
})
