import { describe, expect, test, vi } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { once } from './once.ts'

describe('once', () => {
  test('does the work of an id once', async () => {
    const store = new MemoryStore()
    const work = vi.fn()
    expect(await once(store, 'evt_1', work)).toBe('done')
    expect(await once(store, 'evt_1', work)).toBe('duplicate')
    expect(await once(store, 'evt_2', work)).toBe('done')
    expect(work).toHaveBeenCalledTimes(2)
  })

  test('does not record an id whose work failed: the next delivery does the work', async () => {
    const store = new MemoryStore()
    const work = vi.fn().mockRejectedValueOnce(new Error('the database is away')).mockResolvedValue(undefined)
    await expect(once(store, 'evt_1', work)).rejects.toThrow('the database is away')
    expect(await once(store, 'evt_1', work)).toBe('done')
    expect(await once(store, 'evt_1', work)).toBe('duplicate')
  })

  test('does not call an id done while somebody is still at it', async () => {
    const store = new MemoryStore()
    let fail = (_: Error) => {}
    const first = once(
      store,
      'evt_1',
      () =>
        new Promise((_, reject) => {
          fail = reject
        }),
    )
    const second = vi.fn()
    expect(await once(store, 'evt_1', second)).toBe('in_progress')
    fail(new Error('after all'))
    await expect(first).rejects.toThrow('after all')
    expect(await once(store, 'evt_1', second)).toBe('done')
    expect(second).toHaveBeenCalledTimes(1)
  })

  test('does the work of a hundred simultaneous deliveries once', async () => {
    const store = new MemoryStore()
    const work = vi.fn(() => new Promise((resolve) => setImmediate(resolve)))
    const results = await Promise.all(Array.from({ length: 100 }, () => once(store, 'evt_1', work)))
    expect(work).toHaveBeenCalledTimes(1)
    expect(results.filter((result) => result === 'done')).toHaveLength(1)
    expect(results.filter((result) => result === 'in_progress')).toHaveLength(99)
  })
})

describe('the store in memory', () => {
  test('remembers a handled id for its time and not longer', async () => {
    let time = 0
    const store = new MemoryStore({ ttlMs: 100, now: () => time })
    await once(store, 'evt_1', () => {})
    time = 99
    expect(await store.reserve('evt_1')).toBe('done')
    time = 100
    expect(await store.reserve('evt_1')).toBe('free')
  })

  test.each([Number.NaN, Infinity, -1, 0, '96', null])('is not made with a limit that is %s', (value) => {
    for (const name of ['ttlMs', 'idsMax', 'reservationMs']) {
      expect(() => new MemoryStore({ [name]: value })).toThrow(new RegExp(`^${name} must be a finite number`))
    }
  })

  test('has its defaults for options that are undefined', async () => {
    const store = new MemoryStore({ ttlMs: undefined, idsMax: undefined } as object)
    await once(store, 'evt_1', () => {})
    expect(await store.reserve('evt_1')).toBe('done')
  })

  test('keeps the newest ids when there are too many', async () => {
    const store = new MemoryStore({ idsMax: 3 })
    for (const id of ['a', 'b', 'c', 'd', 'e']) await once(store, id, () => {})
    const states = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => store.reserve(id)))
    expect(states).toEqual(['free', 'free', 'done', 'done', 'done'])
  })

  test('lets a reservation lapse, so that work that never ended is done again', async () => {
    let time = 0
    const store = new MemoryStore({ reservationMs: 100, now: () => time })
    expect(await store.reserve('evt_1')).toBe('free')
    time = 99
    expect(await store.reserve('evt_1')).toBe('reserved')
    time = 100
    expect(await store.reserve('evt_1')).toBe('free')
  })
})
