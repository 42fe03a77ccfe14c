// Owns the guarantees of the rotation of the master key: nothing is lost whatever happens meanwhile, and its end is a proof.
import { beforeEach, expect, test } from 'vitest'
import { AesVault, keyIdOf, sealingKeyOf } from '../platform/aes-vault.ts'
import { responsePlace, sourcePlace, webhookPlace } from '../platform/vault.ts'
import type { SealedWebhook } from '../storage/storage.ts'
import { keyCheck } from './key-check.ts'
import { rotateMasterKey } from './rotate-master-key.ts'
import { sealedStorage, type TestSealedStorage } from './testing/test-sealed-storage.ts'

const OLD = new Uint8Array(32).fill(1)
const NEW = new Uint8Array(32).fill(2)
const THIRD = new Uint8Array(32).fill(3)
const WEBHOOKS = 250
const RESPONSES = 120
const SOURCES = 130

let storage: TestSealedStorage
beforeEach(() => {
  storage = sealedStorage()
  const vault = new AesVault([OLD])
  for (let index = 0; index < WEBHOOKS; index++)
    storage.webhooks.push(webhook(vault, `h${String(index).padStart(4, '0')}`))
  for (let index = 0; index < RESPONSES; index++) {
    const row = { workspaceId: 'w', rowKey: `k${String(index).padStart(4, '0')}`, requestHash: 'ab' }
    storage.responses.push({ ...row, sealedBody: vault.seal(row.rowKey, responsePlace(row)) })
  }
  for (let index = 0; index < SOURCES; index++) {
    const row = { workspaceId: 'w', id: `s${String(index).padStart(4, '0')}` }
    storage.sources.push({ ...row, sealed: vault.seal(row.id, sourcePlace(row)), previousSecretExpiresAt: 5 })
  }
  const check = keyCheck(OLD, 'any')
  storage.checks.set(check.keyId, check)
})

function webhook(vault: AesVault, id: string): SealedWebhook {
  const row = { workspaceId: 'w', id }
  return {
    ...row,
    sealedSecret: vault.seal(`secret of ${id}`, webhookPlace('secret', row)),
    sealedHeaders: vault.seal('{}', webhookPlace('headers', row)),
    previousSecrets: [{ sealed: vault.seal(`before ${id}`, webhookPlace('previous_secret', row)), expiresAt: 5 }],
  }
}

const rotate = (current = NEW, previous: Uint8Array | null = OLD) =>
  rotateMasterKey({ storage, current, previous, onProgress: () => {} })

function opened(key: Uint8Array): string[] {
  const vault = new AesVault([key])
  return storage.webhooks.map((row) => vault.open(row.sealedSecret, webhookPlace('secret', row)))
}

const SECRETS = Array.from({ length: WEBHOOKS }, (_, index) => `secret of h${String(index).padStart(4, '0')}`)

test('seals everything again, proves it with the new key alone, and retires the one before', async () => {
  const report = await rotate()
  expect(report).toMatchObject({
    keyId: keyIdOf(NEW),
    resealed: WEBHOOKS + SOURCES + RESPONSES,
    retired: [keyIdOf(OLD)],
  })
  const texts = 3 * WEBHOOKS + SOURCES + RESPONSES
  expect(report.verified).toMatchObject({ webhooks: WEBHOOKS, sources: SOURCES, responses: RESPONSES, texts })
  expect(opened(NEW)).toEqual(SECRETS)
  const vault = new AesVault([NEW])
  for (const row of storage.sources) expect(vault.open(row.sealed, sourcePlace(row))).toBe(row.id)
  expect([...storage.checks.keys()]).toEqual([keyIdOf(NEW)])
})

test('goes on where it was after whatever ended it, and does nothing twice', async () => {
  storage.beforeWrite = (batch) => {
    if (batch === 2) throw new Error('killed')
  }
  await expect(rotate()).rejects.toThrow('killed')
  const done = storage.webhooks.filter(({ sealedSecret }) => sealingKeyOf(sealedSecret) === keyIdOf(NEW)).length
  expect(done).toBe(100)
  // A server needs both keys now, and is told so.
  expect([...storage.checks.keys()].sort()).toEqual([keyIdOf(NEW), keyIdOf(OLD)].sort())
  storage.beforeWrite = () => {}
  expect((await rotate()).resealed).toBe(WEBHOOKS - done + SOURCES + RESPONSES)
  expect(opened(NEW)).toEqual(SECRETS)
  expect(await rotate()).toMatchObject({ resealed: 0, retired: [] })
})

test('never writes over what a server changed meanwhile', async () => {
  const server = new AesVault([NEW, OLD])
  storage.beforeWrite = (batch) => {
    if (batch !== 1) return
    const row = { workspaceId: 'w', id: 'h0007' }
    const sealedSecret = server.seal('rotated meanwhile', webhookPlace('secret', row))
    storage.webhooks[7] = { ...webhook(server, 'h0007'), sealedSecret }
  }
  await rotate()
  expect(opened(NEW)[7]).toBe('rotated meanwhile')
})

test('goes over it once more where a server changed a part of a row, so that the rest of it is not left behind', async () => {
  const server = new AesVault([NEW, OLD])
  const row = { workspaceId: 'w', id: 'h0007' }
  const sealedHeaders = server.seal('{"X-New":"1"}', webhookPlace('headers', row))
  storage.beforeWrite = (batch) => {
    const before = storage.webhooks[7]
    if (batch === 1 && before !== undefined) storage.webhooks[7] = { ...before, sealedHeaders }
  }
  expect(await rotate()).toMatchObject({ resealed: WEBHOOKS + SOURCES + RESPONSES, retired: [keyIdOf(OLD)] })
  expect(storage.webhooks[7]?.sealedHeaders).toBe(sealedHeaders)
  expect(opened(NEW)).toEqual(SECRETS)
})

test('does not retire the key before while a server still seals with it', async () => {
  const server = new AesVault([OLD])
  storage.beforeWrite = (batch) => {
    if (batch === 3) storage.webhooks[0] = webhook(server, 'h0000')
  }
  await expect(rotate()).rejects.toThrow('1 rows do not open with the new master key alone: webhook h0000.')
  expect([...storage.checks.keys()]).toContain(keyIdOf(OLD))
  storage.beforeWrite = () => {}
  expect(await rotate()).toMatchObject({ resealed: 1, retired: [keyIdOf(OLD)] })
})

test('without the key before, or with another one, changes nothing and says which is missing', async () => {
  const before = JSON.stringify([storage.webhooks, [...storage.checks]])
  await expect(rotate(NEW, null)).rejects.toThrow(`master key ${keyIdOf(OLD)}, which is not here`)
  await expect(rotate(NEW, THIRD)).rejects.toThrow(`master key ${keyIdOf(OLD)}, which is not here`)
  expect(JSON.stringify([storage.webhooks, [...storage.checks]])).toBe(before)
})

test('to the same key proves that everything opens', async () => {
  expect(await rotate(OLD, null)).toMatchObject({ resealed: 0, retired: [], verified: { failed: [] } })
})
