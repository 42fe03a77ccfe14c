import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf } from './plan.ts'
import { SCENARIOS } from './scenarios.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const isValid = new Map(BUILT_IN_EVENT_TYPES.map(({ key, schema }) => [key, ajv.compile(schema)]))
const TERMINAL = new Set(['ended', 'not_connected', 'error'])
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const statuses = (events: ReturnType<typeof planOf>) =>
  events.flatMap(({ type, data }) => (type === 'call.status.updated' ? [String(data['call_status'])] : []))

describe('a simulated call', () => {
  test.each(SCENARIOS)('%s has events that the catalogue accepts, of one call, in time', (scenario) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const events = planOf({ scenarios: [scenario], count: 1, rate: 1, seed })
        for (const { type, data } of events) {
          expect(isValid.get(type)?.(data)).toBe(true)
          for (const name of ['from_number', 'to_number']) expect(data[name]).toMatch(/^\+(1\d{10}|52\d{10})$/)
        }
        expect(new Set(events.map(({ data }) => data['call_id'])).size).toBe(1)
        expect(statuses(events)[0]).toBe('registered')
      }),
    )
  })

  test('ends exactly once, but where the provider forgot it', () => {
    for (const scenario of SCENARIOS) {
      const ends = statuses(planOf({ scenarios: [scenario], count: 1, rate: 1, seed: 1 })).filter((status) =>
        TERMINAL.has(status),
      )
      expect(ends.length, scenario).toBe(scenario === 'provider-forgot' ? 0 : 1)
    }
  })

  test('that is out of order ends before it begins, and keeps the times at which things happened', () => {
    const events = planOf({ scenarios: ['out-of-order'], count: 1, rate: 1, seed: 3 })
    expect(statuses(events)).toEqual(['registered', 'ended', 'ongoing'])
    const happened = events.map(({ atMs, happenedAtMs = atMs }) => happenedAtMs)
    expect(happened.slice(1)).toEqual([...happened.slice(1)].sort((a, b) => b - a))
  })

  test('is the same for the same seed, and another for another', () => {
    const plan = (seed: number) => planOf({ scenarios: SCENARIOS, count: 20, rate: 2, seed })
    expect(plan(7)).toEqual(plan(7))
    expect(plan(7)).not.toEqual(plan(8))
    expect(new Set(plan(7).map(({ data }) => data['call_id'])).size).toBe(20)
  })

  test('comes beside others in the order of one clock', () => {
    const times = planOf({ scenarios: ['answered'], count: 30, rate: 5, seed: 1 }).map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})
