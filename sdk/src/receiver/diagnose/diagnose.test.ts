import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT, only, SECRET, signedBody, signedRequest } from '../../../test/support/signed-request.ts'
import type { HeadersInput } from '../signature-headers.ts'
import { verifySignature } from '../verify-signature.ts'
import { type DiagnoseOptions, diagnose } from './diagnose.ts'

const { body, headers } = signedRequest()
const OTHER = 'another-secret-than-it'

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.json(),
  fc.object().map((data) => JSON.stringify({ ...EVENT, data })),
)

describe('no cause is claimed', () => {
  test('on random bytes with a well-formed signature of nothing', async () => {
    const base64 = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((digest) => Buffer.from(digest).toString('base64'))
    const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((digest) => Buffer.from(digest).toString('hex'))
    const secret = fc.string({ minLength: 16, maxLength: 128 }).filter((text) => text.trim().length > 12)
    const property = fc.asyncProperty(bytes, secret, base64, hex, async (random, given, one, other) => {
      fc.pre(!given.includes('********'))
      const nonsense = { ...headers, 'webhook-signature': `v1,${one}`, 'x-supervisor-signature': `sha256=${other}` }
      const options = { webhookSecrets: [SECRET], otherSecrets: { wh_other: OTHER } }
      expect(await diagnose(random, nonsense, given, options)).toMatchObject({ verifies: false, cause: 'unknown' })
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('on random bytes with the signature of others', async () => {
    const property = fc.asyncProperty(bytes, async (random) => {
      fc.pre(random !== body)
      expect((await diagnose(random, headers, SECRET)).cause).toBe('unknown')
      expect((await diagnose(body, headers, OTHER)).cause).toBe('unknown')
    })
    await fc.assert(property, { numRuns: 200 })
  })

  test('but facts, on random headers', async () => {
    const names = fc.constantFrom(...Object.keys(headers), 'content-length', 'x')
    const property = fc.asyncProperty(fc.dictionary(names, fc.string()), bytes, async (random, given) => {
      const { cause, verifies } = await diagnose(given, random, SECRET)
      expect(verifies).toBe(false)
      expect(['header_missing', 'header_malformed']).toContain(cause)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('on a body that lost what cannot be found again', async () => {
    const sent = signedBody(JSON.stringify(EVENT).replace('10000', '9007199254740993.0'))
    expect((await diagnose(JSON.parse(sent.body), sent.headers, SECRET)).cause).toBe('unknown')
  })
})

describe('the work is bounded', () => {
  test.each([
    ['of many members', `{${Array.from({ length: 30_000 }, (_, index) => `"k${index}":1.0`)}}`],
    ['nested deeply', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['of text that each language spells otherwise', `{"a":"${'ñ/<'.repeat(50_000)}"}`],
    ['of white space', `${' '.repeat(300_000)}x${' '.repeat(300_000)}`],
    ['larger than any event', 'x'.repeat(3_000_000)],
  ])('for a body %s', async (_, large) => {
    const { cause, checks } = await diagnose(large, headers, [SECRET, OTHER])
    expect(cause).toBe('unknown')
    expect(checks).toBeLessThanOrEqual(400)
    expect((checks - 1) * Buffer.byteLength(large)).toBeLessThanOrEqual(2 * 20 * 1024 * 1024)
  })

  test('for many signatures and many secrets', async () => {
    const many = Array.from({ length: 10_000 }, () => headers['webhook-signature'])
    const request = { ...headers, 'webhook-signature': many.join(' ') }
    const secrets = Array.from({ length: 100 }, (_, index) => `a-secret-of-somebody-${index}`)
    const found = await diagnose(`${body}x`, request, secrets, { webhookSecrets: secrets })
    expect(found).toMatchObject({ cause: 'unknown', checks: 400 })
  })

  test('and more secrets than 100 are refused', async () => {
    const webhookSecrets = Array.from({ length: 101 }, () => OTHER)
    await expect(diagnose(body, headers, SECRET, { webhookSecrets })).rejects.toThrow(/^webhookSecrets must be 100/)
  })
})

describe('a diagnosis', () => {
  test('says where the first byte differs, and what happened', async () => {
    const spaced = body.replace('"note":"año', '"note": "año')
    const { detail, message } = await diagnose(spaced, headers, SECRET)
    expect(detail).toEqual({
      change: 'it was sent without white space',
      firstDifference: Buffer.byteLength(body.slice(0, body.indexOf('"note":') + 7)),
      bytes: Buffer.byteLength(body) + 1,
      sentBytes: Buffer.byteLength(body),
    })
    expect(message).toMatch(/Keep the raw body/)
  })

  test('is of bytes in whatever form they are', async () => {
    const raw = new TextEncoder().encode(body)
    for (const given of [body, raw, raw.buffer, Buffer.from(body), new DataView(raw.buffer)])
      expect(await diagnose(given, new Headers(headers), SECRET)).toMatchObject({ verifies: true, cause: null })
  })

  test('takes a request without a time only where that was asked for', async () => {
    const alone = only(headers, 'x-')
    expect(await diagnose(body, alone, SECRET)).toMatchObject({ verifies: false, cause: 'header_missing' })
    expect(await diagnose(body, alone, SECRET, { requireTimestamp: false })).toMatchObject({
      verifies: true,
      cause: null,
    })
  })

  test.each([12, true, Symbol('x'), () => {}, [], {}, new Date(), Object.assign({}, { self: globalThis })])(
    'of nonsense as a body (%#) is no error',
    async (nonsense) => {
      expect((await diagnose(nonsense, headers, SECRET)).cause).toBe('unknown')
    },
  )

  test.each([
    ['headers', null, {}, /^headers must be/],
    ['toleranceSeconds', headers, { toleranceSeconds: Number.NaN }, /^toleranceSeconds must be/],
    ['receivedAt', headers, { receivedAt: Number.NaN }, /^receivedAt must be/],
    ['otherSecrets', headers, { otherSecrets: { wh_a: undefined } }, /^otherSecrets must be texts/],
    ['webhookSecrets', headers, { webhookSecrets: [''] }, /^webhookSecrets must be texts/],
    ['requireTimestamp', headers, { requireTimestamp: 'no' }, /^requireTimestamp must be/],
  ])('is not made with wrong %s', async (_, given, options, message) => {
    await expect(diagnose(body, given as unknown as HeadersInput, SECRET, options as DiagnoseOptions)).rejects.toThrow(
      message,
    )
  })

  test('verifies exactly what verifySignature accepts', async () => {
    const signed = signedBody(`${EVENT.id}.1.{}`, OTHER)
    const empty = signedBody('')
    const bodies = [
      body,
      `${body} `,
      signed.body,
      '{}',
      body.replace(EVENT.id, 'evt_x'),
      '',
      undefined as unknown as string,
    ]
    const requests = [
      headers,
      only(headers, 'x-'),
      only(headers, 'webhook-'),
      signed.headers,
      only(signed.headers, 'x-'),
    ]
    const old = signedRequest(EVENT, SECRET, 1_700_000_000).headers
    const withId = { ...only(headers, 'x-'), 'webhook-id': EVENT.id }
    const withTime = { ...only(headers, 'x-'), 'webhook-timestamp': '1700000000' }
    const cases = [...requests, old, empty.headers, withId, withTime, {}].flatMap((given) =>
      [SECRET, OTHER, [OTHER, SECRET]].flatMap((secret) => bodies.map((text) => ({ given, secret, text }))),
    )
    let accepted = 0
    for (const { given, secret, text } of cases) {
      for (const requireTimestamp of [true, false]) {
        const isAccepted = await verifySignature(text, given, secret, { requireTimestamp }).then(
          () => true,
          () => false,
        )
        expect((await diagnose(text, given, secret, { requireTimestamp })).verifies).toBe(isAccepted)
        accepted += Number(isAccepted)
      }
    }
    expect(accepted).toBeGreaterThan(8)
  })
})
