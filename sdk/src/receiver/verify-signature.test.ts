import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { EVENT, only, SECRET, signedBody, signedRequest } from '../../test/support/signed-request.ts'
import { claimHolds } from './claim-holds.ts'
import { bodyBytes, type RawBody } from './raw-body.ts'
import type { Secrets } from './secrets.ts'
import type { HeadersInput } from './signature-headers.ts'
import type { VerifyOptions } from './verify-options.ts'
import { verifySignature } from './verify-signature.ts'

const NOW_S = Math.floor(Date.now() / 1000)
const { body, headers } = signedRequest(EVENT, SECRET, NOW_S)
const STANDARD = only(headers, 'webhook-')
const SUPERVISOR = only(headers, 'x-')
/** A service that sends `x-supervisor-signature` alone, as the reference describes it. */
const WITHOUT_TIME: VerifyOptions = { requireTimestamp: false }

/** `ok`, or the code of the refusal. */
async function verdict(rawBody: unknown, given: HeadersInput, secret: Secrets = SECRET, options?: VerifyOptions) {
  return verifySignature(rawBody as RawBody, given, secret, options).then(
    () => 'ok',
    (error) => error.code ?? error,
  )
}

describe('a genuine request is accepted', () => {
  test('whichever of the two schemes it is signed with', async () => {
    for (const given of [headers, STANDARD]) expect(await verdict(body, given)).toBe('ok')
    for (const given of [headers, STANDARD, SUPERVISOR]) {
      expect(await verdict(body, given, SECRET, WITHOUT_TIME)).toBe('ok')
    }
  })

  test('whatever the framework gives body and headers as', async () => {
    const bytes = new TextEncoder().encode(body)
    for (const raw of [body, bytes, bytes.buffer, Buffer.from(body)]) expect(await verdict(raw, headers)).toBe('ok')
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
    for (const given of [upper, lists, new Headers(headers)]) expect(await verdict(body, given)).toBe('ok')
  })

  test('with a secret that is no base64, whose bytes are the key then', async () => {
    for (const secret of ['my own secret of 16+', 'whsec_not base64!!', 'ñandú-contraseña-larga']) {
      const request = signedRequest(EVENT, secret)
      expect(await verdict(request.body, only(request.headers, 'webhook-'), secret)).toBe('ok')
      expect(await verdict(request.body, only(request.headers, 'x-'), secret, WITHOUT_TIME)).toBe('ok')
    }
  })

  test('with the documented vector', async () => {
    // Standard Webhooks' own example. Its id is none of an event, so that it is checked below the check of ids.
    const claim = {
      scheme: 'standard',
      eventId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      digests: ['g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    } as const
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    expect(await claimHolds(claim, bodyBytes('{"test": 2432232314}'), [secret])).toBe(true)
    expect(await claimHolds(claim, bodyBytes('{"test": 2432232315}'), [secret])).toBe(false)
  })

  test('while the secret is being rotated, on either side', async () => {
    const old = signedRequest(EVENT, 'the-old-secret-of-it', NOW_S)
    expect(await verdict(old.body, old.headers, [SECRET, 'the-old-secret-of-it'])).toBe('ok')
    const both = {
      ...headers,
      'webhook-signature': `${headers['webhook-signature']} ${old.headers['webhook-signature']}`,
      'x-supervisor-signature-previous': `${old.headers['x-supervisor-signature']}`,
    }
    for (const start of ['webhook-', 'x-']) {
      for (const secret of [SECRET, 'the-old-secret-of-it']) {
        expect(await verdict(body, only(both, start), secret, WITHOUT_TIME)).toBe('ok')
      }
    }
  })

  test('with signatures of other versions beside it', async () => {
    const more = { ...STANDARD, 'webhook-signature': `v1a,abc ${STANDARD['webhook-signature']}, v2,x` }
    expect(await verdict(body, more)).toBe('ok')
  })

  test('at the edges of the tolerance and not beyond', async () => {
    for (const [shift, expected] of [
      [-290, 'ok'],
      [290, 'ok'],
      [-310, 'too_old'],
      [310, 'too_new'],
    ] as const) {
      const request = signedRequest(EVENT, SECRET, NOW_S + shift)
      expect(await verdict(request.body, request.headers)).toBe(expected)
    }
    const old = signedRequest(EVENT, SECRET, NOW_S - 4000)
    expect(await verdict(old.body, old.headers, SECRET, { toleranceSeconds: 5000 })).toBe('ok')
  })
})

describe('a refusal says its cause', () => {
  test.each([
    ['no_signature', body, {}],
    ['no_signature', body, { 'webhook-id': 'evt_1', 'x-supervisor-signature': '' }],
    ['malformed_signature', body, { ...STANDARD, 'webhook-id': '' }],
    ['malformed_signature', body, { ...STANDARD, 'webhook-timestamp': 'yesterday' }],
    ['malformed_signature', body, { ...STANDARD, 'webhook-signature': 'v1,short' }],
    ['malformed_signature', body, { ...headers, 'webhook-timestamp': `${NOW_S - 1000}` }],
    ['malformed_signature', body, { 'x-supervisor-signature': 'md5=0' }],
    ['body_changed', '', headers],
    ['body_changed', undefined, headers],
    ['body_changed', JSON.parse(body), headers],
    ['body_changed', JSON.stringify(JSON.parse(body), null, 2), STANDARD],
    ['body_changed', `${body}\n`, SUPERVISOR],
    ['wrong_secret', body.replace('10000', '10001'), headers],
  ] as const)('%s', async (code, given, givenHeaders) => {
    expect(await verdict(given, givenHeaders)).toBe(code)
  })

  test.each([
    ['wrong_secret', 'another-secret-than-it'],
    ['wrong_secret', ` ${SECRET} `],
    ['wrong_secret', 'whsec_****************MjM0'],
    ['no_secret', ''],
    ['no_secret', []],
    ['no_secret', [SECRET, '']],
    ['no_secret', 'whsec_'],
    ['no_secret', '""'],
    ['no_secret', `${undefined}`],
    ['no_secret', null as unknown as string], // process.env.SECRET! is often nothing
  ] as const)('%s when the secret is "%s"', async (code, secret) => {
    expect(await verdict(body, headers, secret)).toBe(code)
  })

  test('and what to do, without the secret', async () => {
    const refused = (secret: string) => verifySignature(body, headers, secret).catch(String)
    expect(await refused(`${SECRET}\n`)).toMatch(/white space/)
    expect(await refused('whsec_****************MjM0')).toMatch(/masked preview/)
    expect(await refused('another-secret-than-it')).not.toMatch(/another-secret/)
    await expect(verifySignature(JSON.parse(body), headers, SECRET)).rejects.toThrow(/before any JSON parser/)
  })

  test('a request without a time is refused unless it was asked for', async () => {
    for (const options of [undefined, {}, { requireTimestamp: true }]) {
      expect(await verdict(body, SUPERVISOR, SECRET, options)).toBe('no_signature')
      expect(await verdict(body, STANDARD, SECRET, options)).toBe('ok')
    }
  })
})

describe('nothing can be changed unnoticed', () => {
  test('any flipped bit of the body is refused', async () => {
    const property = fc.asyncProperty(fc.nat(Buffer.byteLength(body) - 1), fc.nat(7), async (index, bit) => {
      const changed = Buffer.from(body)
      changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index)
      expect(await verdict(changed, headers)).not.toBe('ok')
      expect(await verdict(changed, SUPERVISOR, SECRET, WITHOUT_TIME)).not.toBe('ok')
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('any other character in a header that is signed, or in the signature, is refused', async () => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-supervisor-signature'] as const
    const property = fc.asyncProperty(fc.constantFrom(...names), fc.nat(200), fc.nat(93), async (name, at, code) => {
      const given = name.startsWith('x-') ? SUPERVISOR : STANDARD
      const value = `${given[name]}`
      const index = at % value.length
      const character = String.fromCharCode(33 + code)
      const changed = `${value.slice(0, index)}${character}${value.slice(index + 1)}`
      // The hex of x-supervisor-signature may be in either case, as the seed writes it in capitals.
      fc.pre(changed !== value && !(name.startsWith('x-') && changed.toLowerCase() === value.toLowerCase()))
      expect(await verdict(body, { ...given, [name]: changed }, SECRET, WITHOUT_TIME)).not.toBe('ok')
    })
    await fc.assert(property, { numRuns: 500 })
  })

  test('no body of any kind passes with the signature of another', async () => {
    const property = fc.asyncProperty(fc.string(), fc.string(), async (sent, received) => {
      const request = signedBody(sent)
      expect((await verdict(received, request.headers)) === 'ok').toBe(sent === received)
    })
    await fc.assert(property, { numRuns: 200 })
  })
})

describe('what was captured cannot be used for anything else', () => {
  const PLAIN = 'a-plain-secret-of-mine' // without whsec_ it is the key of both schemes

  /** A request in one scheme whose digest was made by hand. */
  const standard = (id: string, timestamp: string, signed: string) => ({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${createHmac('sha256', PLAIN).update(signed).digest('base64')}`,
  })
  const supervisor = (signed: string) => ({
    'x-supervisor-signature': `sha256=${createHmac('sha256', PLAIN).update(signed).digest('hex')}`,
  })

  test('the same request a day later, whichever of its headers are taken away', async () => {
    const old = signedRequest(EVENT, SECRET, NOW_S - 86_400)
    const names = Object.keys(old.headers)
    for (let kept = 0; kept < 2 ** names.length; kept++) {
      const given = Object.fromEntries(Object.entries(old.headers).filter((_, index) => (kept >> index) & 1))
      expect(await verdict(old.body, given)).not.toBe('ok')
    }
  })

  test('a body signed in the one scheme, cut so that the rest of it is signed in the other', async () => {
    const sent = `{"id":"evt_1","type":"t","created_at":"x","data":{"t":"a.${NOW_S}.b"}}`
    const [id = '', rest = ''] = sent.split(`.${NOW_S}.`)
    expect(await verdict(rest, standard(id, `${NOW_S}`, sent), PLAIN)).toBe('malformed_signature')
  })

  test('what the standard scheme signed, as the body of the other', async () => {
    for (const id of [EVENT.id, '']) {
      const signed = `${id}.${NOW_S}.${body}`
      expect(await verdict(signed, supervisor(signed), PLAIN, WITHOUT_TIME)).toBe('malformed_signature')
    }
  })

  test('under the id of another event', async () => {
    const text = JSON.stringify(EVENT)
    for (const id of ['evt_2', EVENT.id.toLowerCase(), `${EVENT.id}x`]) {
      const given = standard(id, `${NOW_S}`, `${id}.${NOW_S}.${text}`)
      expect(await verdict(text, given, PLAIN)).toBe('id_mismatch')
      expect(await verdict(text, { ...supervisor(text), 'webhook-id': id }, PLAIN, WITHOUT_TIME)).toBe('id_mismatch')
    }
    for (const id of ['msg_1', `${EVENT.id}.1`, `${EVENT.id}, ${EVENT.id}`, 'evt_', '{']) {
      const given = standard(id, `${NOW_S}`, `${id}.${NOW_S}.${text}`)
      expect(await verdict(text, given, PLAIN)).toBe('malformed_signature')
    }
  })
})

describe('an option that is not what it should be is an error, not a default', () => {
  const old = signedRequest(EVENT, SECRET, NOW_S - 86_400)

  test.each([Number.NaN, Infinity, -1, '300', null, [300]])('toleranceSeconds %s', async (value) => {
    const options = { toleranceSeconds: value as number }
    for (const request of [old, { body, headers }]) {
      const refused = verifySignature(request.body, request.headers, SECRET, options)
      await expect(refused).rejects.toThrow(/^toleranceSeconds must be a finite number/)
    }
  })

  test.each(['false', 0, null, Number.NaN, ''])('requireTimestamp %s', async (value) => {
    const options = { requireTimestamp: value as unknown as boolean }
    const refused = verifySignature(body, SUPERVISOR, SECRET, options)
    await expect(refused).rejects.toThrow(/^requireTimestamp must be true or false/)
  })

  test.each([null, 300])('options %s', async (options) => {
    await expect(verifySignature(body, headers, SECRET, options as VerifyOptions)).rejects.toThrow(/^options must be/)
  })

  test.each([null, undefined, 'x'])('headers %s', async (given) => {
    await expect(verifySignature(body, given as unknown as HeadersInput, SECRET)).rejects.toThrow(/^headers must be/)
  })
})

describe('the public packages agree', () => {
  test('what they sign is accepted here', async () => {
    for (const foreign of [new StandardWebhook(SECRET), new SvixWebhook(SECRET)]) {
      const at = new Date()
      const signature = foreign.sign(EVENT.id, at, body)
      const timestamp = `${Math.floor(at.getTime() / 1000)}`
      const given = { 'webhook-id': EVENT.id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
      expect(await verdict(body, given)).toBe('ok')
      expect(await verdict(`${body} `, given)).toBe('body_changed')
    }
  })

  test('what is accepted here they accept, and what is refused here they refuse', async () => {
    for (const foreign of [new StandardWebhook(SECRET), new SvixWebhook(SECRET)]) {
      expect(() => foreign.verify(body, STANDARD)).not.toThrow()
      expect(() => foreign.verify(body.replace('1', '2'), STANDARD)).toThrow()
      const old = signedRequest(EVENT, SECRET, NOW_S - 400)
      expect(() => foreign.verify(old.body, old.headers)).toThrow()
      expect(await verdict(old.body, old.headers)).toBe('too_old')
    }
  })
})
