// Owns the guarantee of the memory of requests: no two requests have the same bytes at once.
import { expect, test } from 'vitest'
import { RequestMemory } from './request-bytes.ts'

const LARGE = 17_000

test('no two requests have the same bytes, until one is written', () => {
  const memory = new RequestMemory()
  const first = memory.take(LARGE)
  expect(memory.take(LARGE).buffer).not.toBe(first.buffer)
  memory.whenWritten(first)?.()
  const next = memory.take(LARGE + 1)
  expect([next.buffer, next.length]).toEqual([first.buffer, LARGE + 1])
  expect(memory.take(LARGE).buffer).not.toBe(first.buffer)
})

test('what could not be written is not used again', () => {
  const memory = new RequestMemory()
  const first = memory.take(LARGE)
  memory.whenWritten(first)?.(new Error('reset'))
  expect(memory.take(LARGE).buffer).not.toBe(first.buffer)
})

test('small requests and very large ones have memory of their own', () => {
  const memory = new RequestMemory()
  for (const bytes of [0, 100, 4096, 32_769, 300_000]) {
    const taken = memory.take(bytes)
    expect(taken.length).toBe(bytes)
    expect(memory.whenWritten(taken)).toBeUndefined()
    expect(memory.take(LARGE).buffer).not.toBe(taken.buffer)
  }
})
