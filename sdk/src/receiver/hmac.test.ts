import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { only, SECRET, signedRequest } from '../../test/support/signed-request.ts'
import { hmacSha256, hmacWithoutWebCrypto } from './hmac.ts'
import { sha256 } from './sha256.ts'
import { verifySignature } from './verify-signature.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Uint8Array.from(array))

afterEach(() => vi.unstubAllGlobals())

describe('our own SHA-256', () => {
  test('is that of node:crypto for every length around the blocks', () => {
    for (let length = 0; length < 200; length++) {
      const message = Buffer.alloc(length, length)
      expect(Buffer.from(sha256(message))).toEqual(createHash('sha256').update(message).digest())
    }
  })

  test('is that of node:crypto for any bytes', () => {
    fc.assert(
      fc.property(bytes(2000), (message) => {
        expect(Buffer.from(sha256(message))).toEqual(createHash('sha256').update(message).digest())
      }),
    )
  })
})

describe('HMAC', () => {
  test('is the same with and without Web Crypto, and as node:crypto has it, for keys of any length', async () => {
    const keys = bytes(200).filter((key) => key.length > 0)
    await fc.assert(
      fc.asyncProperty(keys, bytes(500), async (key, message) => {
        const expected = createHmac('sha256', key).update(message).digest()
        expect(Buffer.from(hmacWithoutWebCrypto(key, message))).toEqual(expected)
        expect(Buffer.from(await hmacSha256(key, message))).toEqual(expected)
      }),
    )
  })

  test('verifies signatures where there is no Web Crypto (Node 18)', async () => {
    vi.stubGlobal('crypto', undefined)
    const { body, headers } = signedRequest()
    await verifySignature(body, headers, SECRET)
    await verifySignature(body, only(headers, 'x-'), SECRET, { requireTimestamp: false })
    await expect(verifySignature(body, headers, 'another-secret-than-it')).rejects.toThrow()
  })
})
