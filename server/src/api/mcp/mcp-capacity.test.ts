import { expect, test, vi } from 'vitest'
import { McpCapacity } from './mcp-capacity.ts'

test('a workspace has four messages under way, and a place again when one is done', () => {
  const onFull = vi.fn()
  const capacity = new McpCapacity({ onFull })
  const leave = Array.from({ length: 4 }, () => capacity.enter('a'))
  expect(() => capacity.enter('a')).toThrow('TOO_MANY_REQUESTS')
  capacity.enter('b')
  leave[0]?.()
  capacity.enter('a')
  expect(() => capacity.enter('a')).toThrow('TOO_MANY_REQUESTS')
  expect(onFull).toHaveBeenCalledTimes(2)
})

test('all workspaces together have thirty-two', () => {
  const capacity = new McpCapacity({ onFull: () => {} })
  for (let nth = 0; nth < 32; nth++) capacity.enter(`workspace ${nth}`)
  expect(() => capacity.enter('one more')).toThrow('TOO_MANY_REQUESTS')
})
