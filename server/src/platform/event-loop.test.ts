import { expect, test } from 'vitest'
import { SystemEventLoop } from './event-loop.ts'

test('a loop that does nothing but work is fully used', async () => {
  await new Promise((resolve) => setImmediate(resolve)) // before its first turn the runtime measures nothing
  const loop = new SystemEventLoop()
  expect(loop.utilization()).toBe(0)
  for (const end = performance.now() + 120; performance.now() < end; );
  expect(loop.utilization()).toBeGreaterThan(0.9)
  expect(loop.utilization()).toBeLessThanOrEqual(1)
})
