import { describe, expect, test } from 'vitest'
import { IDLE_LOOP, SystemEventLoop } from '../platform/event-loop.ts'
import { GroupCommit } from './group-commit.ts'

function gathering(batchWeightMax = 3, loop = IDLE_LOOP) {
  const batches: number[][] = []
  const gates: (() => void)[] = []
  const group = new GroupCommit<number, number>({
    commit: async (batch) => {
      batches.push([...batch])
      await new Promise<void>((resolve) => gates.push(resolve))
      if (batch.includes(13)) throw new Error('disk full')
      return batch.map((item) => item * 10)
    },
    weight: () => 1,
    batchWeightMax,
    loop,
  })
  const open = async () => {
    for (let turn = 0; turn < 20 && gates.length === 0; turn++) await Promise.resolve()
    gates.shift()?.()
  }
  return { group, batches, open }
}

describe('group commit', () => {
  test('writes what arrives in one turn together, and what arrives meanwhile in the next batch', async () => {
    const { group, batches, open } = gathering()
    const first = [group.add(1), group.add(2)]
    await Promise.resolve()
    await Promise.resolve()
    const second = group.add(3)
    await open()
    await open()
    expect(await Promise.all([...first, second])).toEqual([10, 20, 30])
    expect(batches).toEqual([[1, 2], [3]])
  })

  test('waits for the end of the turn, whose other callbacks may bring more', async () => {
    const loop = new SystemEventLoop()
    const { group, batches, open } = gathering(3, loop)
    const first = group.add(1)
    for (let microtask = 0; microtask < 10; microtask++) await Promise.resolve()
    expect(batches).toEqual([])
    const second = group.add(2)
    await loop.afterTick()
    await open()
    expect(await Promise.all([first, second])).toEqual([10, 20])
    expect(batches).toEqual([[1, 2]])
  })

  test('waits for the end of the tick before each batch, so that what two groups gathered meets in one commit', async () => {
    const loop = new SystemEventLoop()
    const { group, batches, open } = gathering(3, loop)
    const first = group.add(1)
    while (batches.length < 1) await loop.afterTick()
    const second = group.add(2)
    await open()
    expect(await first).toBe(10)
    for (let microtask = 0; microtask < 10; microtask++) await Promise.resolve()
    const third = group.add(3)
    while (batches.length < 2) await loop.afterTick()
    await open()
    expect(await Promise.all([second, third])).toEqual([20, 30])
    expect(batches).toEqual([[1], [2, 3]])
  })

  test('keeps a batch within its bound', async () => {
    const { group, batches, open } = gathering(2)
    const all = [1, 2, 3, 4, 5].map((item) => group.add(item))
    for (let batch = 0; batch < 3; batch++) await open()
    await Promise.all(all)
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1])
  })

  test('writes each item alone when a batch fails, so that one bad item does not reject the others', async () => {
    const { group, open } = gathering()
    const all = Promise.allSettled([group.add(1), group.add(13), group.add(2)])
    for (let batch = 0; batch < 4; batch++) await open()
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('says how much waits, and when nothing does any more', async () => {
    const { group, open } = gathering()
    const item = group.add(1)
    expect(group.waitingWeight).toBe(1)
    const drained = group.drained()
    await open()
    await drained
    expect(group.waitingWeight).toBe(0)
    expect(await item).toBe(10)
  })

  test('tries a batch once more in an outage, and then rejects all of it at once', async () => {
    let commits = 0
    const outage = new Error('away')
    const commit = async (): Promise<number[]> => {
      commits++
      throw outage
    }
    const isOutage = (error: unknown) => error === outage
    const options = { commit, weight: () => 1, batchWeightMax: 100, isOutage, loop: IDLE_LOOP }
    const group = new GroupCommit<number, number>(options)
    const all = await Promise.allSettled(Array.from({ length: 50 }, (_, item) => group.add(item)))
    expect(all.filter(({ status }) => status === 'rejected').length).toBe(50)
    expect(commits).toBe(2)
  })
})
