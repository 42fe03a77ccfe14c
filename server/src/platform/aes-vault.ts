// Owns encryption at rest: AES-256-GCM (NIST SP 800-38D) under the master key (DESIGN §3).
// Must never show a key or a sealed text's content in an error.
import assert from 'node:assert/strict'
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import type { Vault } from './vault.ts'

export const MASTER_KEY_BYTES = 32

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Sealed text: `v1.<key id>.<base64url of iv, ciphertext, tag>`. The key id is authenticated with the content. */
export class AesVault implements Vault {
  readonly #keys = new Map<string, KeyObject>()
  readonly #sealingId: string

  /** @param keys 32 bytes each; the first seals, all open, so that a key can be rotated */
  constructor(keys: readonly Uint8Array[]) {
    for (const key of keys) {
      assert(key.length === MASTER_KEY_BYTES, 'a master key has 32 bytes')
      this.#keys.set(keyId(key), createSecretKey(key))
    }
    const [first] = keys
    assert(first !== undefined, 'a vault has at least one key')
    this.#sealingId = keyId(first)
  }

  seal(text: string): string {
    const id = this.#sealingId
    const iv = randomFillSync(Buffer.allocUnsafe(IV_BYTES))
    const cipher = createCipheriv('aes-256-gcm', this.#key(id), iv, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(`${VERSION}.${id}`))
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `${VERSION}.${id}.${sealed.toString('base64url')}`
  }

  open(sealed: string): string {
    const [version, id = '', payload = '', ...rest] = sealed.split('.')
    const bytes = Buffer.from(payload, 'base64url')
    if (version !== VERSION || rest.length > 0 || bytes.length < IV_BYTES + TAG_BYTES) {
      throw new Error('A stored secret is damaged: it does not have the form that the vault writes.')
    }
    const decipher = createDecipheriv('aes-256-gcm', this.#key(id), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(`${VERSION}.${id}`))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      throw new Error('A stored secret is damaged: it was changed after it was sealed.')
    }
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id)
    if (key !== undefined) return key
    throw new Error('A stored secret was sealed with another master key. Start with the master key of this data.')
  }
}

/** Tells keys apart without giving them away: 32 bits of a hash of the key. */
function keyId(key: Uint8Array): string {
  return createHash('sha256').update('timbre master key id').update(key).digest('hex').slice(0, 8)
}
