import { expect, test } from 'vitest'
import { LruMap } from './lru-map.ts'

test('forgets what was used least recently when there are too many', () => {
  const map = new LruMap<number>(3)
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) map.set(key, value)
  map.get('a')
  map.set('b', 20)
  map.set('d', 4)
  expect([...map.keys()].sort()).toEqual(['a', 'b', 'd'])
  expect(map.get('b')).toBe(20)
  expect(map.size).toBe(3)
})
