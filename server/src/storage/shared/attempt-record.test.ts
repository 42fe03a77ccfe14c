import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AttemptRow } from '../storage.ts'
import { attemptRecord, readAttempt } from './attempt-record.ts'

const SIGNED = {
  'content-type': 'application/json',
  'user-agent': 'Timbre/0.1.0',
  'x-supervisor-signature': `sha256=${'a'.repeat(64)}`,
  'x-supervisor-event': 'call.completed',
  'x-supervisor-delivery': '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  'webhook-id': 'evt_01J5KZ2X3Y4Z5A6B7C8D9E0F1G',
  'webhook-timestamp': '1700000000',
  'webhook-signature': `v1,${'b'.repeat(44)}`,
}

const row = (requestHeaders: Readonly<Record<string, string>>): AttemptRow => ({
  number: 1,
  trigger: 'automatic',
  startedAt: 1_700_000_000_000,
  durationMs: 12.5,
  timings: { dns: null, connect: 0.25, tls: null, firstByte: 9.25 },
  remoteAddress: '203.0.113.7',
  requestHeaders,
  responseStatus: 200,
  responseHeaders: { server: 'nginx' },
  responseBody: 'ok',
  outcome: 'answered',
  error: null,
})

test('the usual headers are kept without their names', () => {
  const record = attemptRecord(row(SIGNED))
  expect(record.requestHeaders).toBe(`\t${Object.values(SIGNED).join('\t')}`)
  expect(readAttempt(record)).toEqual(row(SIGNED))
})

test("a webhook's own headers and the signature of a rotated secret are kept beside them", () => {
  const headers = { 'x-tenant': '****\t', ...SIGNED, 'x-supervisor-signature-previous': 'sha256=c' }
  expect(readAttempt(attemptRecord(row(headers)))).toEqual(row(headers))
})

test('headers that were written as JSON are still read', () => {
  const { requestHeaders: _, ...record } = attemptRecord(row(SIGNED))
  expect(readAttempt({ ...record, requestHeaders: JSON.stringify(SIGNED) })).toEqual(row(SIGNED))
})

test('what is read is what was written, whatever the headers and times', () => {
  const headers = fc.dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(SIGNED)), fc.string({ minLength: 1 })),
    fc.oneof(fc.string({ unit: 'binary' }), fc.constant('{"a":"b"}'), fc.constant('a\tb')),
  )
  const time = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }))
  const timings = fc.record({ dns: time, connect: time, tls: time, firstByte: time })
  fc.assert(
    fc.property(headers, fc.boolean(), timings, (own, isSigned, taken) => {
      const attempt = { ...row(isSigned ? { ...SIGNED, ...own } : own), timings: taken }
      expect(readAttempt(attemptRecord(attempt))).toEqual(attempt)
    }),
  )
})
