import { expect, test } from 'vitest'
import { headersIn, receivedAt } from './pasted-request.ts'

test('headers are read as a log, curl or JSON writes them', () => {
  const text =
    'POST /hook HTTP/1.1\nWebhook-Id: evt_1\n  "webhook-timestamp": "1795956476",\nwebhook-signature: v1,a+b/c= v1,d==\n\n'
  expect(headersIn(text)).toEqual({
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1795956476',
    'webhook-signature': 'v1,a+b/c= v1,d==',
  })
})

test('without a time of its own a request was received when it was sent', () => {
  const headers = { 'webhook-timestamp': '1795956476' }
  expect(receivedAt('', headers)).toBe(1_795_956_476_000)
  expect(receivedAt('1795956477', headers)).toBe(1_795_956_477_000)
  expect(receivedAt('2026-11-29T00:00:00Z', headers)).toBe(Date.parse('2026-11-29T00:00:00Z'))
  expect(receivedAt('yesterday', headers)).toBeUndefined()
  expect(receivedAt('', {})).toBeUndefined()
})
