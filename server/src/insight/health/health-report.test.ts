import { describe, expect, test } from 'vitest'
import { type CountedEnd, type HealthFacts, healthReport, type WebhookChangeNote } from './health-report.ts'
import { healthSummary } from './health-words.ts'

const T = Date.parse('2025-08-19T16:00:00.000Z')
const MINUTE_MS = 60_000

const end = (minute: number, count: number, status: number | null, fields: Partial<CountedEnd> = {}): CountedEnd => ({
  startAt: T + minute * MINUTE_MS,
  count,
  outcome: status === null ? 'timed_out' : 'answered',
  status,
  phase: status === null ? 'first_byte' : null,
  fault: null,
  ...fields,
})
const change = (
  minute: number,
  action: WebhookChangeNote['action'],
  ...changedFields: readonly string[]
): WebhookChangeNote => ({ action, changedFields, createdAt: T + minute * MINUTE_MS + 1 })
const facts = (fields: Partial<HealthFacts>): HealthFacts => ({
  isActive: true,
  disabledReason: null,
  failingSince: null,
  since: T - 60 * MINUTE_MS,
  ends: [],
  failed: [],
  changes: [],
  ...fields,
})
const FAILING = { failingSince: T + 10 * MINUTE_MS }

describe('a report', () => {
  test('groups failures by their cause, the most frequent first, with when they began and the last of them', () => {
    const latest = {
      deliveryId: 'd',
      at: T,
      error: 'e',
      outcome: 'answered',
      status: 503,
      phase: null,
      fault: null,
    } as const
    const older = { ...latest, deliveryId: 'older', at: T - 1 }
    const report = healthReport(
      facts({
        ends: [end(0, 5, 200), end(1, 2, 503), end(2, 1, null), end(3, 4, 500), end(4, 1, 204)],
        failed: [latest, older],
      }),
    )
    expect(report).toMatchObject({ state: 'healthy', attempts: 13, failures: 7, lastSuccessAt: T + 4 * MINUTE_MS })
    expect(report.causes).toEqual([
      { cause: 'status_5xx', count: 6, firstAt: T + MINUTE_MS, lastAt: T + 3 * MINUTE_MS, latest },
      { cause: 'response_timed_out', count: 1, firstAt: T + 2 * MINUTE_MS, lastAt: T + 2 * MINUTE_MS, latest: null },
    ])
  })

  test('tells what is wrong with certificates apart, and from other failures of TLS', () => {
    const tls = { outcome: 'tls_failed', phase: 'tls' } as const
    const ends = [
      end(0, 3, null, { ...tls, fault: 'certificate_expired' }),
      end(1, 2, null, { ...tls, fault: 'certificate_wrong_host' }),
      end(2, 1, null, tls),
    ]
    const { causes } = healthReport(facts({ ends }))
    expect(causes.map(({ cause, count }) => [cause, count])).toEqual([
      ['certificate_expired', 3],
      ['certificate_wrong_host', 2],
      ['tls_failed', 1],
    ])
  })

  test.each([
    ['disabled', { isActive: false, failingSince: T }],
    ['failing', FAILING],
    ['idle', {}],
    ['healthy', { ends: [end(0, 1, 200)] }],
    ['healthy', { ends: [end(0, 1, 500), end(1, 1, 200)] }],
  ] as const)('says %s', (state, fields) => expect(healthReport(facts(fields)).state).toBe(state))
})

describe('the change after which it fails', () => {
  const of = (...changes: readonly WebhookChangeNote[]) =>
    healthReport(facts({ ...FAILING, ends: [end(5, 1, 200), end(10, 1, 401)], changes })).change

  test('is the last between the last success and the first failure', () => {
    const rotated = change(8, 'webhook.secret_rotated', 'secret')
    expect(of(change(12, 'webhook.updated', 'url'), rotated, change(6, 'webhook.updated', 'url'))).toBe(rotated)
    expect(of(change(4, 'webhook.updated', 'url'))).toBeNull()
    expect(of()).toBeNull()
  })

  test('is a rotation of days before, where the receiver refuses now that the old secret signs no more', () => {
    const rotated = change(10 - 24 * 60, 'webhook.secret_rotated', 'secret')
    const after = (status: number, note: WebhookChangeNote) =>
      healthReport(facts({ ...FAILING, ends: [end(5, 1, 200), end(10, 1, status)], changes: [note] })).change
    expect(after(401, rotated)).toBe(rotated)
    expect(after(403, rotated)).toBe(rotated)
    expect(after(503, rotated)).toBeNull()
    expect(after(401, change(10 - 169 * 60, 'webhook.secret_rotated', 'secret'))).toBeNull()
    expect(after(401, change(12, 'webhook.secret_rotated', 'secret'))).toBeNull()
  })

  test('is none that makes no receiver refuse anything', () => {
    for (const action of ['webhook.secret_revealed', 'webhook.tested', 'webhook.disabled'] as const)
      expect(of(change(8, action))).toBeNull()
    expect(of(change(8, 'webhook.updated', 'description'))).toBeNull()
    expect(of(change(8, 'webhook.updated', 'description', 'headers'))).not.toBeNull()
  })

  test('is its creation where it has never succeeded, and none while it does not fail', () => {
    const created = change(-20, 'webhook.created', 'url')
    const ends = [end(10, 3, 404)]
    expect(healthReport(facts({ ...FAILING, ends, changes: [created] })).change).toBe(created)
    expect(healthReport(facts({ ends, changes: [created] })).change).toBeNull()
  })
})

describe('in words', () => {
  const failing = healthReport(
    facts({
      ...FAILING,
      ends: [end(5, 9, 200), end(10, 3, 401), end(11, 1, null)],
      changes: [change(8, 'webhook.secret_rotated', 'secret')],
    }),
  )

  test('it says since when, how often, why, since which change, and what to do', () => {
    expect(healthSummary(failing, 'en')).toBe(
      'No attempt has succeeded since 2025-08-19T16:10:00Z. 4 of 13 attempts since 2025-08-19T15:00:00Z failed. The receiver answers 401 (3 times). There is one other cause. It began after the secret was rotated at 2025-08-19T16:08:00Z. Check that it verifies with the current secret, and that its custom headers carry valid credentials.',
    )
    expect(healthSummary(failing, 'es')).toBe(
      'Ningún intento ha tenido éxito desde el 2025-08-19T16:10:00Z. 4 de 13 intentos desde el 2025-08-19T15:00:00Z fallaron. El receptor responde 401 (3 veces). Hay otra causa. Empezó después de rotar el secreto el 2025-08-19T16:08:00Z. Comprueba que verifique con el secreto actual y que sus cabeceras lleven credenciales válidas.',
    )
  })

  test.each([
    [facts({}), /^Nothing was sent in this time\./, /^No se envió nada/],
    [facts({ isActive: false }), /^It is not active/, /^No está activo/],
    [facts({ isActive: false, disabledReason: 'gone' }), /answered 410/, /respondió 410/],
    [facts({ isActive: false, disabledReason: 'failing' }), /failed for too long/, /falló demasiado tiempo/],
    [facts({ ends: [end(0, 2, 200)] }), /^0 of 2 attempts since .* failed\.$/, /^0 de 2 intentos/],
  ])('each state has its sentence: %#', (each, english, spanish) => {
    expect(healthSummary(healthReport(each), 'en')).toMatch(english)
    expect(healthSummary(healthReport(each), 'es')).toMatch(spanish)
  })
})
