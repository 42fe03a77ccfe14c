// Owns the guarantees of the vault. Must never use a fixed initialisation vector: the vault draws its own.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AesVault } from './aes-vault.ts'

const KEY = new Uint8Array(32).fill(7)
const OTHER = new Uint8Array(32).fill(8)

test('opens what it sealed, whatever the text', () => {
  const vault = new AesVault([KEY])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
      const sealed = vault.seal(text)
      expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/)
      expect(vault.open(sealed)).toBe(text)
    }),
  )
})

test('never seals the same text to the same result, and never shows it', () => {
  const vault = new AesVault([KEY])
  const results = new Set(Array.from({ length: 1000 }, () => vault.seal('whsec_abc')))
  expect(results.size).toBe(1000)
  for (const sealed of results) {
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').includes('whsec_abc')).toBe(false)
  }
})

test('opens with any of its keys and seals with the first, so that keys can be rotated', () => {
  const sealedBefore = new AesVault([OTHER]).seal('before')
  const rotated = new AesVault([KEY, OTHER])
  expect(rotated.open(sealedBefore)).toBe('before')
  expect(new AesVault([KEY]).open(rotated.seal('after'))).toBe('after')
})

test('refuses a text that another key sealed', () => {
  expect(() => new AesVault([KEY]).open(new AesVault([OTHER]).seal('x'))).toThrow('another master key')
})

test('refuses a text of which any byte was changed', () => {
  const vault = new AesVault([KEY])
  const [version, id, payload = ''] = vault.seal('signing secret').split('.')
  const bytes = Buffer.from(payload, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(() => vault.open(`${version}.${id}.${changed.toString('base64url')}`)).toThrow('changed after it was sealed')
  }
  for (const damaged of [
    '',
    'v1',
    `v1.${id}.`,
    `v1.${id}.AAAA`,
    `v2.${id}.${payload}`,
    `${version}.${id}.${payload}.x`,
  ]) {
    expect(() => vault.open(damaged)).toThrow('damaged')
  }
})

test('takes keys of 32 bytes only, and at least one', () => {
  expect(() => new AesVault([])).toThrow('at least one key')
  expect(() => new AesVault([new Uint8Array(16)])).toThrow('32 bytes')
})
