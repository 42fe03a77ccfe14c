import { describe, expect, test } from 'vitest'
import { FairQueue } from './fair-queue.ts'

const ALL = () => true

describe('a fair queue', () => {
  test('lets groups take turns, and within a group whoever came first', () => {
    const queue = new FairQueue<string, string>()
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.add(item.charAt(0), item)
    queue.add('a', 'a1')
    expect([queue.countOf('a'), queue.countOf('d')]).toEqual([3, 0])
    expect([1, 2, 3, 4, 5, 6, 7].map(() => queue.take(ALL))).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined])
    expect(queue.isEmpty).toBe(true)
  })

  test('passes over a group whose first may not go', () => {
    const queue = new FairQueue<string, string>()
    for (const item of ['a1', 'b1', 'a2']) queue.add(item.charAt(0), item)
    expect(queue.take((_, group) => group === 'b')).toBe('b1')
    expect(queue.take((_, group) => group === 'b')).toBe(undefined)
    expect(queue.take(ALL)).toBe('a1')
  })

  test('looks at few groups at a time, and at all of them in turn', () => {
    const queue = new FairQueue<number, number>()
    for (let group = 0; group < 1000; group++) queue.add(group, group)
    let looks = 0
    const isLast = (item: number) => {
      looks++
      return item === 999
    }
    while (queue.take(isLast) === undefined) expect(looks % 16).toBe(0)
    expect(looks).toBe(1000)
  })

  test('forgets who waits no longer', () => {
    const queue = new FairQueue<string, string>()
    queue.add('a', 'a1')
    queue.delete('a', 'a1')
    queue.delete('b', 'b1')
    expect([queue.isEmpty, queue.take(ALL)]).toEqual([true, undefined])
  })
})
