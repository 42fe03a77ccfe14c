// Owns the guarantees of the table of failures. Must never need a network.
import { readFileSync } from 'node:fs'
import { OUTCOMES } from '@timbre/contract/attempt.ts'
import { expect, test } from 'vitest'
import { CONNECT_TOO_SLOW, ConnectError, failureOf, lookupFailure } from './failure.ts'

test.each([
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['EHOSTUNREACH', 'connection_failed'],
  ['ETIMEDOUT', 'timed_out'],
  ['ENOTFOUND', 'dns_failed'],
  ['EAI_AGAIN', 'dns_failed'],
  ['ESERVFAIL', 'dns_failed'],
  ['ETIMEOUT', 'dns_failed'],
  ['CERT_HAS_EXPIRED', 'tls_failed'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_failed'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed'],
  ['EPROTO', 'tls_failed'],
])('%s is %s, in a sentence that says what to do', (code, kind) => {
  const failure = failureOf(Object.assign(new Error('10.0.0.1 said no'), { code }))
  expect(failure.kind).toBe(kind)
  expect(failure.error).toMatch(/^[A-Z].+\. [A-Z].+\.$|^The certificate has expired\. Renew it\.$/)
  expect(failure.error).not.toContain('10.0.0.1')
})

test('what nobody foresaw is a failed connection, without the words of the error', () => {
  for (const error of [new Error('secret 10.0.0.1'), 'text', null, undefined, 7, { code: 7 }]) {
    const failure = failureOf(error)
    expect(failure.kind).toBe('connection_failed')
    expect(failure.error).not.toMatch(/secret|10\.0/)
  }
})

test('whatever else the resolver reports is a failure of DNS', () => {
  for (const code of ['ENOTFOUND', 'ETIMEOUT', 'EBADRESP', 'EUNREACH', '']) {
    expect(lookupFailure(Object.assign(new Error('queryA'), { code })).kind).toBe('dns_failed')
  }
})

test.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'ENETUNREACH', 'ENETDOWN'])(
  '%s is a fault of this machine and no attempt',
  (code) => {
    const error = Object.assign(new Error('connect'), { code })
    expect([failureOf(error).kind, lookupFailure(error).kind]).toEqual(['unsent', 'unsent'])
  },
)

test('a name server that cannot be reached is a fault of this machine', () => {
  expect(lookupFailure(Object.assign(new Error('queryA'), { code: 'ECONNREFUSED' })).kind).toBe('unsent')
})

test('of several addresses one that the receiver refused counts, and this machine only when it could reach none', () => {
  const errors = (...codes: readonly string[]) =>
    new AggregateError(codes.map((code) => Object.assign(new Error('connect'), { code })))
  expect(failureOf(errors('ENETUNREACH', 'ECONNREFUSED')).kind).toBe('connection_refused')
  expect(failureOf(errors('ENETUNREACH', 'ENETUNREACH')).kind).toBe('unsent')
  expect(failureOf(errors()).kind).toBe('connection_failed')
})

test('a failure that the connector named passes unchanged', () => {
  expect(failureOf(new ConnectError(CONNECT_TOO_SLOW))).toBe(CONNECT_TOO_SLOW)
})

test('every way in which an attempt can fail is produced here', () => {
  const source = readFileSync(new URL('./failure.ts', import.meta.url), 'utf8')
  for (const kind of OUTCOMES) if (kind !== 'answered') expect(source).toContain(`'${kind}'`)
})
