// Owns the guarantees of a start about the master key.
import { beforeEach, describe, expect, test } from 'vitest'
import { AesVault, keyIdOf } from '../platform/aes-vault.ts'
import { responsePlace, webhookPlace } from '../platform/vault.ts'
import { keyCheck } from './key-check.ts'
import { sealedStorage, sealUnbound, type TestSealedStorage } from './testing/test-sealed-storage.ts'
import { unlockSecrets } from './unlock-secrets.ts'

const KEY = new Uint8Array(32).fill(1)
const OTHER = new Uint8Array(32).fill(2)
const ROW = { workspaceId: 'w', id: 'h1' }
const RESPONSE = { workspaceId: 'w', rowKey: 'admin\nk', requestHash: 'ab' }

let storage: TestSealedStorage
let made: number
let bound: number
let failed: string[]
beforeEach(() => {
  storage = sealedStorage()
  made = 0
  bound = 0
  failed = []
})

const unlock = (current: Uint8Array | null, previous: Uint8Array | null = null) =>
  unlockSecrets({
    storage,
    keys: { current, previous },
    makeKey: () => {
      made++
      return KEY
    },
    onBound: ({ replaced }) => {
      bound += replaced
    },
    onFailed: (report) => failed.push(...report.failed.map(({ row }) => row)),
  })

/** A webhook and a response as an older version left them. */
function addOlder(key = KEY, id = 'h1') {
  const sealed = (text: string) => sealUnbound(text, key)
  const previousSecrets = [{ sealed: sealed('before'), expiresAt: 9 }]
  storage.webhooks.push({ ...ROW, id, sealedSecret: sealed('secret'), sealedHeaders: sealed('{}'), previousSecrets })
  storage.responses.push({ ...RESPONSE, sealedBody: sealed('null') })
}

describe('a new instance', () => {
  test('makes a key once, and the next start knows it', async () => {
    const { vault, check } = await unlock(null)
    expect(made).toBe(1)
    expect([...storage.checks.values()]).toEqual([check])
    const again = await unlock(KEY)
    expect(again.vault.keyId).toBe(vault.keyId)
    expect([made, storage.checks.size]).toEqual([1, 1])
  })

  test('takes the key that is given and makes none', async () => {
    expect((await unlock(OTHER)).masterKeys).toEqual([OTHER])
    expect(made).toBe(0)
  })
})

describe('a start without the right key', () => {
  test('is refused when the key is another, and nothing is written', async () => {
    await unlock(KEY)
    const before = [...storage.checks.values()]
    await expect(unlock(OTHER)).rejects.toThrow(`is not the one of this data: that has the id ${keyIdOf(KEY)}`)
    expect([...storage.checks.values()]).toEqual(before)
  })

  test('is refused when there is none, and no key is made in its place', async () => {
    await unlock(KEY)
    await expect(unlock(null)).rejects.toThrow('The master key is missing')
    storage.checks.clear()
    addOlder()
    await expect(unlock(null)).rejects.toThrow('The master key is missing')
    expect(made).toBe(0)
  })

  test('is refused by what an older version sealed, before there is any check', async () => {
    addOlder(OTHER)
    const before = JSON.stringify(storage.webhooks)
    await expect(unlock(KEY)).rejects.toThrow('it does not open the secrets')
    expect([JSON.stringify(storage.webhooks), storage.checks.size]).toEqual([before, 0])
  })

  test('is refused by what is sealed, although the checks were taken out of the database', async () => {
    const sealed = (part: 'secret' | 'headers') => new AesVault([KEY]).seal('text', webhookPlace(part, ROW))
    storage.webhooks.push({
      ...ROW,
      sealedSecret: sealed('secret'),
      sealedHeaders: sealed('headers'),
      previousSecrets: [],
    })
    await expect(unlock(OTHER)).rejects.toThrow('it does not open the secrets')
    await expect(unlock(null)).rejects.toThrow('The master key is missing')
    expect([storage.checks.size, made]).toEqual([0, 0])
    await unlock(KEY)
    expect([...storage.checks.keys()]).toEqual([keyIdOf(KEY)])
  })

  test('is refused as long as something may be sealed with the key before', async () => {
    await unlock(KEY)
    await unlock(OTHER, KEY)
    await expect(unlock(OTHER)).rejects.toThrow(
      `still be sealed with the master key ${keyIdOf(KEY)}, which is not here`,
    )
    await expect(unlock(KEY)).rejects.toThrow(`with the master key ${keyIdOf(OTHER)}, which is not here`)
    // Nodes may be given both in either order, one after another.
    expect((await unlock(KEY, OTHER)).vault.keyId).toBe(keyIdOf(KEY))
  })

  test('is refused when another node began at the same moment with another key', async () => {
    const save = storage.saveKeyCheck
    storage.saveKeyCheck = async (check) => {
      await save(check)
      await save(keyCheck(OTHER, 'any'))
    }
    await expect(unlock(KEY)).rejects.toThrow(`master key ${keyIdOf(OTHER)}, which is not here`)
  })

  test('makes the new key where the old one was put aside, and only if that fits', async () => {
    await unlock(OTHER)
    await expect(unlock(null, KEY)).rejects.toThrow('is not the one of this data')
    expect(made).toBe(0)
    expect((await unlock(null, OTHER)).masterKeys).toEqual([KEY, OTHER])
    expect([...storage.checks.keys()].sort()).toEqual([keyIdOf(KEY), keyIdOf(OTHER)].sort())
  })
})

describe('what an older version sealed', () => {
  test('is bound to its place at the start, and opens there and nowhere else', async () => {
    addOlder()
    const { vault } = await unlock(KEY)
    expect(bound).toBe(2)
    const [row] = storage.webhooks
    expect(vault.open(row?.sealedSecret ?? '', webhookPlace('secret', ROW))).toBe('secret')
    expect(vault.open(row?.sealedHeaders ?? '', webhookPlace('headers', ROW))).toBe('{}')
    expect(row?.previousSecrets).toEqual([{ sealed: expect.stringMatching(/^v2\./), expiresAt: 9 }])
    expect(vault.open(row?.previousSecrets[0]?.sealed ?? '', webhookPlace('previous_secret', ROW))).toBe('before')
    expect(vault.open(storage.responses[0]?.sealedBody ?? '', responsePlace(RESPONSE))).toBe('null')
    expect(() => vault.open(row?.sealedSecret ?? '', webhookPlace('headers', ROW))).toThrow('moved')
  })

  test('is not taken any more once all of it was bound: an old text that somebody puts into a row stays shut', async () => {
    addOlder()
    const [before] = storage.webhooks
    await unlock(KEY)
    const sealedSecret = before?.sealedSecret ?? ''
    storage.webhooks.push({ workspaceId: 'w2', id: 'h2', sealedSecret, sealedHeaders: '', previousSecrets: [] })
    const { vault } = await unlock(KEY)
    const [, moved] = storage.webhooks
    expect(moved?.sealedSecret).toBe(sealedSecret)
    expect(() => vault.open(sealedSecret, webhookPlace('secret', { workspaceId: 'w2', id: 'h2' }))).toThrow('damaged')
  })

  test('that is damaged stays as it is and is named, and the rest is bound', async () => {
    addOlder()
    addOlder(KEY, 'h2')
    storage.responses.pop()
    const [first] = storage.webhooks
    const damaged = `${(first?.sealedSecret ?? '').slice(0, -2)}AA`
    storage.webhooks[0] = { ...ROW, sealedHeaders: '', previousSecrets: [], ...first, sealedSecret: damaged }
    await unlock(KEY)
    expect(failed).toEqual(['webhook h1'])
    expect(storage.webhooks.map(({ sealedSecret }) => sealedSecret.slice(0, 2))).toEqual(['v1', 'v2'])
    expect(storage.webhooks[0]?.sealedHeaders).toMatch(/^v2/)
  })

  test('with the key before is bound with the new one', async () => {
    addOlder(OTHER)
    const { vault } = await unlock(KEY, OTHER)
    const alone = new AesVault([KEY])
    expect(alone.open(storage.webhooks[0]?.sealedSecret ?? '', webhookPlace('secret', ROW))).toBe('secret')
    expect([...storage.checks.keys()]).toEqual([vault.keyId])
  })
})
