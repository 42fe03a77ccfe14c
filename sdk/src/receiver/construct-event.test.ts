import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { EVENT, SECRET, signedBody, signedRequest } from '../../test/support/signed-request.ts'
import { constructEvent } from './construct-event.ts'
import { SignatureError } from './signature-error.ts'
import type { OtherEvent, WebhookEvent } from './webhook-event.ts'

describe('constructEvent', () => {
  test.each(BUILT_IN_EVENT_TYPES)('gives a verified $key', async ({ key, example }) => {
    const event = { id: EVENT.id, type: key, created_at: '2025-08-19T16:00:00.000Z', data: example }
    const { body, headers } = signedRequest(event)
    expect(await constructEvent(body, headers, SECRET)).toEqual(event)
    expect(await constructEvent(Buffer.from(body), headers, SECRET)).toEqual(event)
  })

  test('gives events of types that it does not know', async () => {
    const event = { id: EVENT.id, type: 'order.paid', created_at: '2025-08-19T16:00:00.000Z', data: { n: 1 } }
    const { body, headers } = signedRequest(event)
    expect(await constructEvent(body, headers, SECRET)).toEqual(event)
  })

  test('parses nothing whose signature is wrong', async () => {
    const { headers } = signedRequest()
    await expect(constructEvent('{"not json', headers, SECRET)).rejects.toThrow(SignatureError)
  })

  test.each(['', '[]', 'null', `{"id":"${EVENT.id}"}`, '{"type":"a","created_at":"b","data":{}}', 'no json'])(
    'refuses a signed body that is no event: %s',
    async (text) => {
      const { body, headers } = signedBody(text)
      await expect(constructEvent(body, headers, SECRET)).rejects.toThrow(TypeError)
    },
  )

  test('types data by type, also in the branch of unknown types', () => {
    const read = (event: WebhookEvent): unknown => {
      switch (event.type) {
        case 'call.status.updated':
          expectTypeOf(event.data.call_status).toEqualTypeOf<
            'registered' | 'not_connected' | 'ongoing' | 'ended' | 'error'
          >()
          return event.data.call_id
        case 'call.error':
          expectTypeOf(event.data.error_code).toEqualTypeOf<string>()
          expectTypeOf(event.data.duration_ms).toEqualTypeOf<number | null | undefined>()
          return event.data.error_code
        case 'delivery.exhausted':
          expectTypeOf(event.data.delivery_id).toEqualTypeOf<string>()
          return event.data.delivery_id
        default:
          expectTypeOf<OtherEvent>().toExtend<typeof event>()
          return String(event.type) === 'order.paid' ? event.data['anything'] : undefined
      }
    }
    const created_at = '2025-08-19T16:00:00.000Z'
    expect(read({ id: 'evt_1', type: 'call.error', created_at, data: { call_id: 'c', error_code: 'e' } })).toBe('e')
  })
})
