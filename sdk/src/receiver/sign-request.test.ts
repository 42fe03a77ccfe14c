import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { EVENT, only, SECRET, signedRequest } from '../../test/support/signed-request.ts'
import { constructEvent } from './construct-event.ts'
import { signRequest } from './sign-request.ts'
import { verifySignature } from './verify-signature.ts'

const SENT_AT = 1_755_619_200_000

describe('a request for a test', () => {
  test('is, byte for byte, the one that the service would send', async () => {
    const { headers, body, method } = await signRequest(EVENT, SECRET, { sentAt: SENT_AT })
    const sent = signedRequest(EVENT, SECRET, SENT_AT / 1000)
    expect({ method, body }).toEqual({ method: 'POST', body: sent.body })
    expect(headers).toEqual({
      ...sent.headers,
      'x-supervisor-event': EVENT.type,
      'x-supervisor-delivery': expect.stringMatching(/^[\da-f-]{36}$/),
    })
  })

  test('verifies here and with the public packages, and is complete without id and time', async () => {
    const { headers, body } = await signRequest({ type: 'call.completed', data: { call_id: 'ñ' } }, SECRET)
    const event = await constructEvent(body, headers, SECRET)
    expect(event).toMatchObject({ id: headers['webhook-id'], type: 'call.completed', data: { call_id: 'ñ' } })
    expect(Math.abs(Date.parse(event.created_at) - Date.now())).toBeLessThan(60_000)
    for (const foreign of [new StandardWebhook(SECRET), new SvixWebhook(SECRET)]) {
      expect(() => foreign.verify(body, headers)).not.toThrow()
    }
  })

  test('has an id of its own each time', async () => {
    const event = { type: 'order.paid', data: {} }
    const ids = await Promise.all([signRequest(event, SECRET), signRequest(event, SECRET)])
    expect(new Set(ids.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
  })

  test('with several secrets verifies with each, in either scheme, as during a rotation', async () => {
    const old = ['the-old-secret-of-it', 'an-older-secret-of-it']
    const { headers, body } = await signRequest(EVENT, [SECRET, ...old])
    for (const secret of [SECRET, ...old]) {
      await verifySignature(body, only(headers, 'webhook-'), secret)
      await verifySignature(body, only(headers, 'x-'), secret, { requireTimestamp: false })
    }
  })

  test('is not made from nonsense', async () => {
    await expect(signRequest(EVENT, '')).rejects.toThrow(/^No secret/)
    await expect(signRequest({ ...EVENT, id: 'msg_1' }, SECRET)).rejects.toThrow(/^id must be evt_/)
    await expect(signRequest(EVENT, SECRET, { sentAt: Number.NaN })).rejects.toThrow(/^sentAt must be/)
  })
})
