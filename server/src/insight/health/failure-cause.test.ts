import { OUTCOMES } from '@timbre/contract/attempt.ts'
import { STOP_PHASES } from '@timbre/contract/attempt-phases.ts'
import { CERTIFICATE_FAULTS, type CertificateFault } from '@timbre/contract/certificate-faults.ts'
import { FAILURE_CAUSES } from '@timbre/contract/webhook-health.ts'
import { expect, test } from 'vitest'
import { stopPhaseOf } from '../statistics/stop-phase.ts'
import { CAUSE_WORDS, failureCause } from './failure-cause.ts'

const FAULTS = Object.keys(CERTIFICATE_FAULTS) as CertificateFault[] // its own keys
const STOPS = [
  ...[null, ...STOP_PHASES].map((phase) => [phase, null] as const),
  ...FAULTS.map((fault) => ['tls', fault] as const),
]
const STATUSES = [null, ...Array.from({ length: 500 }, (_, nth) => 100 + nth)]

test('every way in which an attempt can end has a cause, but for a success, and every cause is reached', () => {
  const reached = new Set<string>()
  for (const outcome of OUTCOMES) {
    for (const status of STATUSES) {
      for (const [phase, fault] of STOPS) {
        const cause = failureCause({ outcome, status, phase, fault })
        const isSuccess = outcome === 'answered' && status !== null && status >= 200 && status < 300
        expect([outcome, status, phase, cause === undefined]).toEqual([outcome, status, phase, isSuccess])
        if (cause !== undefined) reached.add(cause)
      }
    }
  }
  expect([...reached].sort()).toEqual([...FAILURE_CAUSES].sort())
})

test('a time-out is told by the phase in which the attempt stopped', () => {
  const timings = { dns: 1, connect: 1, tls: 1, firstByte: null }
  const causeOf = (remoteAddress: string | null, firstByte: number | null) =>
    failureCause({
      outcome: 'timed_out',
      status: null,
      fault: null,
      phase: stopPhaseOf({ outcome: 'timed_out', timings: { ...timings, firstByte }, remoteAddress }),
    })
  expect(causeOf(null, null)).toBe('connect_timed_out')
  expect(causeOf('203.0.113.7', null)).toBe('response_timed_out')
  expect(causeOf('203.0.113.7', 30)).toBe('body_timed_out')
})

test('each cause says what happens and what to do, in sentences of both languages', () => {
  for (const words of Object.values(CAUSE_WORDS)) {
    for (const { en, es } of [words.message, words.advice]) {
      expect(en).toMatch(/^[A-Z].*\.$/)
      expect(es).toMatch(/^[A-ZÁÉÍÓÚ].*\.$/)
      expect(es).not.toBe(en)
    }
  }
})
