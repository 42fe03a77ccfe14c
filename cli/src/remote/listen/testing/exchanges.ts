// Owns exchanges and a start for unit tests of `timbre listen`.
import type { Exchange } from '../exchange.ts'
import type { ListenStart } from '../listen-news.ts'

export const START: ListenStart = {
  name: 'desk',
  webhookId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
  isNew: false,
  wasInactive: false,
  server: '127.0.0.1:8080',
  forwardTo: new URL('http://127.0.0.1:3000/hook'),
  isFoundByPort: false,
  eventTypes: ['call.completed', 'call.status.updated'],
  waiting: { count: 0, isExact: true, nextInMs: null },
  secret: null,
}

export function exchange(nth: number, fields: Partial<Exchange> = {}): Exchange {
  const eventId = `evt_${nth}`
  const type = 'call.completed'
  return {
    nth,
    origin: 'delivery',
    deliveryId: `01990f2e-5400-7b31-9c4d-${String(nth).padStart(12, '0')}`,
    eventId,
    type,
    callId: `call-${nth}`,
    callStatus: 'ended',
    attempt: 1,
    isRepeat: false,
    headers: { 'webhook-id': eventId, 'x-supervisor-event': type },
    body: JSON.stringify({
      id: eventId,
      type,
      created_at: '2025-08-19T16:00:00.000Z',
      data: { call_id: `call-${nth}` },
    }),
    forwardedAt: Date.UTC(2025, 7, 19, 16, 0, nth),
    durationMs: 12,
    response: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'thanks' },
    error: null,
    ...fields,
  }
}
