// Owns the guarantee of our HMAC: it is the one of node:crypto, whatever key, prefix and message.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HmacMessage, hmacKey } from './signer.ts'

test('any message under any key has the digest that node:crypto gives it, whatever was signed before it', () => {
  const message = new HmacMessage()
  const key = fc.uint8Array({ minLength: 0, maxLength: 150 })
  const prefix = fc.stringMatching(/^[ -~]{0,128}$/)
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary', minLength: 4000 }))
  const encoding = fc.constantFrom('hex' as const, 'base64' as const)
  fc.assert(
    fc.property(fc.tuple(key, key), fc.tuple(prefix, prefix), text, encoding, (keys, prefixes, body, as) => {
      message.set(body)
      for (const [index, secret] of keys.entries()) {
        const before = prefixes[index] ?? ''
        const expected = createHmac('sha256', secret).update(before).update(body).digest(as)
        expect(message.digest(hmacKey(secret), before, as)).toBe(expected)
      }
    }),
  )
})

test('a message that is larger than any before it is signed whole, in three bytes a character', () => {
  const message = new HmacMessage()
  for (const body of ['€'.repeat(100_000), 'a'.repeat(10), '€'.repeat(200_000)]) {
    message.set(body)
    expect(message.digest(hmacKey(Buffer.from('key')), '', 'hex')).toBe(
      createHmac('sha256', 'key').update(body).digest('hex'),
    )
  }
})
