import { createHmac } from 'node:crypto'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { Signer, signingKeys } from './signer.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const previous = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const envelope = '{"id":"evt_1","type":"call.completed","created_at":"2026-01-01T00:00:00.000Z","data":{"call_id":"ñ"}}'
const timestampS = Math.floor(Date.now() / 1000)

function headersWith(current: string, ...before: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  new Signer().addTo(headers, {
    eventId: 'evt_1',
    eventKey: 'call.completed',
    deliveryId: '0199',
    envelope,
    timestampS,
    keys: signingKeys(current),
    previousKeys: before.map(signingKeys),
  })
  return headers
}

describe('the headers of a delivery', () => {
  test('carry the signature of the seed: sha256= and the hex HMAC of the raw body under the secret as it is', () => {
    const hex = createHmac('sha256', secret).update(envelope).digest('hex')
    expect(headersWith(secret)['x-supervisor-signature']).toBe(`sha256=${hex}`)
  })

  test('verify with the public standardwebhooks and svix packages', () => {
    const headers = headersWith(secret)
    expect(new StandardWebhook(secret).verify(envelope, headers)).toMatchObject({ type: 'call.completed' })
    const svixNames = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
    )
    expect(() => new SvixWebhook(secret).verify(envelope, svixNames)).not.toThrow()
    expect(() => new SvixWebhook(previous).verify(envelope, svixNames)).toThrow()
  })

  test('verify with either secret while a rotated one is still valid', () => {
    const headers = headersWith(secret, previous)
    for (const either of [secret, previous])
      expect(() => new StandardWebhook(either).verify(envelope, headers)).not.toThrow()
    const hex = createHmac('sha256', previous).update(envelope).digest('hex')
    expect(headers['x-supervisor-signature-previous']).toBe(`sha256=${hex}`)
  })

  test('verify with every replaced secret that is still valid: of several the previous signature is a list', () => {
    const oldest = 'words that are a secret'
    const headers = headersWith(secret, previous, oldest)
    for (const any of [secret, previous]) expect(() => new StandardWebhook(any).verify(envelope, headers)).not.toThrow()
    const hex = (of: string) => `sha256=${createHmac('sha256', of).update(envelope).digest('hex')}`
    expect(headers['x-supervisor-signature']).toBe(hex(secret))
    expect(headers['x-supervisor-signature-previous']).toBe(`${hex(previous)}, ${hex(oldest)}`)
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(3)
  })

  test('carry no previous signature when there is no previous secret', () => {
    expect(headersWith(secret)).not.toHaveProperty('x-supervisor-signature-previous')
  })

  test('take a secret without whsec_ as its UTF-8 bytes in both schemes', () => {
    const plain = 'a plain secret of thirty-two chars'
    const base64 = createHmac('sha256', plain).update(`evt_1.${timestampS}.`).update(envelope).digest('base64')
    expect(headersWith(plain)['webhook-signature']).toBe(`v1,${base64}`)
  })
})
