import { Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { FlatHistogram } from './flat-histogram.ts'

test('what was counted reads as it does when prom-client counts it: on a bound, between two, and above all', async () => {
  const [registry, registryOfOther] = [new Registry(), new Registry()]
  const shape = { name: 'seconds', help: 'Seconds', buckets: [0.005, 1, 2.5] }
  const flat = new FlatHistogram({ ...shape, registers: [registry] })
  const other = new Histogram({ ...shape, registers: [registryOfOther] })
  expect(await registry.metrics()).toBe(await registryOfOther.metrics())
  for (const value of [0, 0.005, 0.006, 1, 2, 2.5, 2.6, 1e9]) {
    flat.count(value)
    other.observe(value)
  }
  expect(await registry.metrics()).toBe(await registryOfOther.metrics())
  expect(await registry.metrics()).toContain('seconds_bucket{le="1"} 4')
})
