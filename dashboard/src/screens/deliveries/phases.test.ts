import type { Attempt } from '@getsupervisor/agents-studio-sdk'
import { describe, expect, test } from 'vitest'
import { axisOf, phasesOf } from './phases.ts'

const attempt = (change: Partial<Attempt>) =>
  ({
    durationMs: 100,
    startedAt: '2026-01-01T00:00:01.000Z',
    responseStatus: 200,
    timings: { dns: 10, connect: 20, tls: 30, firstByte: 25 },
    ...change,
  }) as Attempt

describe('the phases of an attempt', () => {
  test('are those of its timings, and what is left is the transfer', () => {
    expect(phasesOf(attempt({}))).toEqual([
      { phase: 'dns', ms: 10 },
      { phase: 'connect', ms: 20 },
      { phase: 'tls', ms: 30 },
      { phase: 'wait', ms: 25 },
      { phase: 'rest', ms: 15 },
    ])
  })

  test('end with waiting where no response came', () => {
    const timings = { dns: 10, connect: 20, tls: null, firstByte: null }
    expect(phasesOf(attempt({ timings, responseStatus: null }))).toEqual([
      { phase: 'dns', ms: 10 },
      { phase: 'connect', ms: 20 },
      { phase: 'wait', ms: 70 },
    ])
  })
})

test('the axis goes from the acceptance to the end of the last attempt, also where clocks differ', () => {
  const at = (text: string) => Date.parse(text)
  const second = attempt({ startedAt: '2026-01-01T00:01:00.000Z' })
  expect(axisOf('2026-01-01T00:00:00.000Z', [attempt({}), second])).toEqual({
    from: at('2026-01-01T00:00:00.000Z'),
    to: at('2026-01-01T00:01:00.100Z'),
  })
  expect(axisOf('2026-01-01T00:00:05.000Z', [attempt({})]).from).toBe(at('2026-01-01T00:00:01.000Z'))
})
