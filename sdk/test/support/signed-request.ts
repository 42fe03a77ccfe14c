// Owns requests signed as the service signs them, with nothing but node:crypto: independent of the code under test.
import { createHmac } from 'node:crypto'

export const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'
export const EVENT = {
  id: 'evt_01J7W8A6G7H8I9J0K1L2',
  type: 'call.completed',
  created_at: '2025-08-19T16:05:00.000Z',
  data: { call_id: 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6', duration_ms: 10000, note: 'año ✓' },
}

export interface SignedRequest {
  readonly body: string
  readonly headers: Record<string, string>
}

/** The request of one delivery. `at`: seconds since 1970, default now. */
export function signedRequest(
  event: object = EVENT,
  secret = SECRET,
  at = Math.floor(Date.now() / 1000),
): SignedRequest {
  return signedBody(JSON.stringify(event), secret, at)
}

/** The same with a body that need not be JSON. */
export function signedBody(body: string, secret = SECRET, at = Math.floor(Date.now() / 1000)): SignedRequest {
  const isBase64 = /^whsec_(?:[A-Za-z0-9+/]{4})+$/.test(secret)
  const key = isBase64 ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  const standard = createHmac('sha256', key).update(`${EVENT.id}.${at}.${body}`).digest('base64')
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': EVENT.id,
      'webhook-timestamp': `${at}`,
      'webhook-signature': `v1,${standard}`,
      'x-supervisor-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  }
}

/** Only those headers that have the name's beginning. */
export function only(headers: Record<string, string>, start: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith(start)))
}
