import { expect, test } from 'vitest'
import { stopPhaseOf } from './stop-phase.ts'

const NOTHING = { dns: null, connect: null, tls: null, firstByte: null }
const at = (outcome: 'timed_out' | 'connection_reset', remoteAddress: string | null, firstByte: number | null) =>
  stopPhaseOf({ outcome, remoteAddress, timings: { ...NOTHING, firstByte } })

test('a time-out stopped before there was a connection, before a response began, or before it ended', () => {
  expect(at('timed_out', null, null)).toBe('connect')
  expect(at('timed_out', '203.0.113.7', null)).toBe('first_byte')
  expect(at('timed_out', '203.0.113.7', 12)).toBe('body')
  expect(at('connection_reset', '203.0.113.7', null)).toBe('first_byte')
})

test('an outcome that names its phase has it, and one with a response or without a try has none', () => {
  const of = (outcome: Parameters<typeof stopPhaseOf>[0]['outcome']) =>
    stopPhaseOf({ outcome, remoteAddress: null, timings: NOTHING })
  expect([of('dns_failed'), of('tls_failed'), of('connection_refused')]).toEqual(['dns', 'tls', 'connect'])
  expect([of('answered'), of('blocked_address'), of('invalid_target')]).toEqual([null, null, null])
})
