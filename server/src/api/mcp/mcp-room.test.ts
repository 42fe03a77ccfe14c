import { expect, test, vi } from 'vitest'
import { McpRoom } from './mcp-room.ts'

test('a workspace has four messages under way, and a place again when one is done', () => {
  const onFull = vi.fn()
  const room = new McpRoom({ onFull })
  const leave = Array.from({ length: 4 }, () => room.enter('a'))
  expect(() => room.enter('a')).toThrow('TOO_MANY_REQUESTS')
  room.enter('b')
  leave[0]?.()
  room.enter('a')
  expect(() => room.enter('a')).toThrow('TOO_MANY_REQUESTS')
  expect(onFull).toHaveBeenCalledTimes(2)
})

test('all workspaces together have thirty-two', () => {
  const room = new McpRoom({ onFull: () => {} })
  for (let nth = 0; nth < 32; nth++) room.enter(`workspace ${nth}`)
  expect(() => room.enter('one more')).toThrow('TOO_MANY_REQUESTS')
})
