// Owns the guarantees of the vault. Must never use a fixed initialisation vector: the vault draws its own.
import { createCipheriv, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AesVault, keyIdOf, sealingKeyOf, UNBOUND_PREFIX } from './aes-vault.ts'
import { responsePlace, type SealedPlace, webhookPlace } from './vault.ts'

const KEY = new Uint8Array(32).fill(7)
const OTHER = new Uint8Array(32).fill(8)
const PLACE = webhookPlace('secret', { workspaceId: 'w', id: 'h' })

/** As versions before this one did it. */
function sealedUnbound(text: string, key = KEY): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(`v1.${keyIdOf(key)}`))
  const sealed = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()])
  return `v1.${keyIdOf(key)}.${sealed.toString('base64url')}`
}

test('opens what it sealed, whatever the text and the place', () => {
  const vault = new AesVault([KEY])
  const text = fc.string({ unit: 'grapheme', maxLength: 500 })
  fc.assert(
    fc.property(text, text, text, (content, workspaceId, rowId) => {
      const place: SealedPlace = { purpose: 'webhook.headers', workspaceId, rowId }
      const sealed = vault.seal(content, place)
      expect(sealed).toMatch(/^v2\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/)
      expect(vault.open(sealed, place)).toBe(content)
      expect(sealingKeyOf(sealed)).toBe(vault.keyId)
    }),
  )
})

test('opens nothing in another place: not for another purpose, workspace or row', () => {
  const vault = new AesVault([KEY])
  const row = { workspaceId: 'w', id: 'h' }
  const response = { workspaceId: 'w', rowKey: 'k', requestHash: 'ab' }
  const places = [
    PLACE,
    webhookPlace('previous_secret', row),
    webhookPlace('headers', row),
    webhookPlace('secret', { ...row, workspaceId: 'w2' }),
    webhookPlace('secret', { ...row, id: 'h2' }),
    // The same characters, cut in another place.
    webhookPlace('secret', { workspaceId: 'wh', id: '' }),
    webhookPlace('secret', { workspaceId: 'w","h', id: '' }),
    responsePlace(response),
    responsePlace({ ...response, rowKey: 'k2' }),
    responsePlace({ ...response, requestHash: 'abc' }),
  ]
  for (const [from, sealedFor] of places.entries()) {
    const sealed = vault.seal('text', sealedFor)
    for (const [to, place] of places.entries()) {
      if (from === to) expect(vault.open(sealed, place)).toBe('text')
      else expect(() => vault.open(sealed, place), `${from} in ${to}`).toThrow('changed, or moved')
    }
  }
})

test('never seals the same text to the same result, and never shows it', () => {
  const vault = new AesVault([KEY])
  const results = new Set(Array.from({ length: 1000 }, () => vault.seal('whsec_abc', PLACE)))
  expect(results.size).toBe(1000)
  for (const sealed of results) {
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').includes('whsec_abc')).toBe(false)
  }
})

test('opens with any of its keys and seals with the first, so that keys can be rotated', () => {
  const sealedBefore = new AesVault([OTHER]).seal('before', PLACE)
  const rotated = new AesVault([KEY, OTHER])
  expect(rotated.open(sealedBefore, PLACE)).toBe('before')
  expect(new AesVault([KEY]).open(rotated.seal('after', PLACE), PLACE)).toBe('after')
})

test('refuses a text that another key sealed', () => {
  const open = () => new AesVault([KEY]).open(new AesVault([OTHER]).seal('x', PLACE), PLACE)
  expect(open).toThrow(expect.objectContaining({ kind: 'other_key' }))
})

test('opens a text of the form before only where that is asked for, and takes none for the other', () => {
  const vault = new AesVault([KEY, OTHER])
  const unbound = sealedUnbound('old secret')
  expect(unbound.startsWith(UNBOUND_PREFIX)).toBe(true)
  expect(vault.openUnbound(unbound)).toBe('old secret')
  expect(vault.openUnbound(sealedUnbound('older', OTHER))).toBe('older')
  expect(() => vault.open(unbound, PLACE)).toThrow('damaged')
  const bound = vault.seal('new secret', PLACE)
  expect(bound.startsWith(UNBOUND_PREFIX)).toBe(false)
  expect(() => vault.openUnbound(bound)).toThrow('damaged')
  expect(() => vault.open(unbound.replace('v1', 'v2'), PLACE)).toThrow('damaged')
  expect(() => vault.openUnbound(bound.replace('v2', 'v1'))).toThrow('damaged')
})

test('refuses a text of which any byte was changed', () => {
  const vault = new AesVault([KEY])
  const [version, id, payload = ''] = vault.seal('signing secret', PLACE).split('.')
  const bytes = Buffer.from(payload, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(() => vault.open(`${version}.${id}.${changed.toString('base64url')}`, PLACE)).toThrow('changed, or moved')
  }
  for (const damaged of [
    '',
    'v2',
    `v2.${id}.`,
    `v2.${id}.AAAA`,
    `v3.${id}.${payload}`,
    `${version}.${id}.${payload}.x`,
  ]) {
    expect(() => vault.open(damaged, PLACE)).toThrow(expect.objectContaining({ kind: 'damaged' }))
  }
})

test('takes keys of 32 bytes only, and at least one', () => {
  expect(() => new AesVault([])).toThrow('at least one key')
  expect(() => new AesVault([new Uint8Array(16)])).toThrow('32 bytes')
})
