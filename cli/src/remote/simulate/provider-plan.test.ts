import { SOURCE_KINDS } from '@timbre/contract/source.ts'
import { describe, expect, test } from 'vitest'
import { type ProviderPlan, providerPlan } from './provider-plan.ts'

const plan = (more: Partial<ProviderPlan>) =>
  providerPlan({ kind: 'twilio', scenario: 'answered', count: 1, rate: 1, seed: 7, startMs: 0, ...more })

describe('what a provider posts in a simulation', () => {
  test.each(SOURCE_KINDS)('%s has messages for each scenario it can have', (kind) => {
    for (const scenario of ['answered', 'busy', 'carrier-error', 'out-of-order', 'provider-forgot'] as const)
      expect(plan({ kind, scenario }).length).toBeGreaterThan(0)
  })

  test('is the same for the same seed, and of several calls beside each other in time', () => {
    const calls = plan({ scenario: 'mixed', count: 20, rate: 2 })
    expect(calls).toEqual(plan({ scenario: 'mixed', count: 20, rate: 2 }))
    expect(calls.map(({ atMs }) => atMs)).toEqual(calls.map(({ atMs }) => atMs).sort((a, b) => a - b))
    expect(new Set(calls.map(({ callId }) => callId)).size).toBe(20)
  })

  test('comes in the wrong order, or not to its end, where that is the scenario', () => {
    const payloads = (scenario: ProviderPlan['scenario']) => plan({ scenario }).map(({ payload }) => payload)
    expect(payloads('out-of-order')).toEqual(payloads('answered').toReversed())
    expect(payloads('provider-forgot')).toEqual(payloads('answered').slice(0, 1))
    expect(() => plan({ scenario: 'voicemail' })).toThrow('With --source the scenarios are')
  })
})
