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
import type { SealedPlace, Vault } from './vault.ts'

export const MASTER_KEY_BYTES = 32

/** Bound to its key alone: written before version 7 of the tables, and opened by whoever binds it to its place. */
const UNBOUND = 'v1'
/** What such a text begins with. */
export const UNBOUND_PREFIX = `${UNBOUND}.`
const BOUND = 'v2'
const IV_BYTES = 12
const TAG_BYTES = 16

/** A sealed text that does not open. */
export class VaultError extends Error {
  /** `other_key`: this vault does not have its key. `damaged`: it was changed, or belongs to another place. */
  readonly kind: 'other_key' | 'damaged'

  constructor(kind: 'other_key' | 'damaged', message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Sealed text: `v2.<key id>.<base64url of iv, ciphertext, tag>`. What is authenticated with the content: version, key id,
 * purpose, workspace and row (docs/decisions/0047-sealed-texts.md).
 */
export class AesVault implements Vault {
  readonly #keys = new Map<string, KeyObject>()
  /** The id of the key that seals. */
  readonly keyId: string

  /** @param keys 32 bytes each; the first seals, all open, so that a key can be rotated */
  constructor(keys: readonly Uint8Array[]) {
    for (const key of keys) {
      assert(key.length === MASTER_KEY_BYTES, 'a master key has 32 bytes')
      this.#keys.set(keyIdOf(key), createSecretKey(key))
    }
    const [first] = keys
    assert(first !== undefined, 'a vault has at least one key')
    this.keyId = keyIdOf(first)
  }

  seal(text: string, place: SealedPlace): string {
    const id = this.keyId
    const iv = randomFillSync(Buffer.allocUnsafe(IV_BYTES))
    const cipher = createCipheriv('aes-256-gcm', this.#key(id), iv, { authTagLength: TAG_BYTES })
    cipher.setAAD(boundTo(id, place))
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `${BOUND}.${id}.${sealed.toString('base64url')}`
  }

  open(sealed: string, place: SealedPlace): string {
    return this.#open(sealed, BOUND, (id) => boundTo(id, place))
  }

  /** Opens a text that is bound to no place: it may have been put where it lies by anybody who can write there. */
  openUnbound(sealed: string): string {
    return this.#open(sealed, UNBOUND, (id) => Buffer.from(`${UNBOUND}.${id}`))
  }

  #open(sealed: string, form: string, authenticated: (id: string) => Buffer): string {
    const [version, id = '', payload = '', ...rest] = sealed.split('.')
    const bytes = Buffer.from(payload, 'base64url')
    if (version !== form || rest.length > 0 || bytes.length < IV_BYTES + TAG_BYTES) {
      throw new VaultError('damaged', 'A stored secret is damaged: it does not have the form that the vault writes.')
    }
    const iv = bytes.subarray(0, IV_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', this.#key(id), iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(authenticated(id))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      throw new VaultError('damaged', 'A stored secret is damaged: it was changed, or moved, after it was sealed.')
    }
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id)
    if (key !== undefined) return key
    throw new VaultError(
      'other_key',
      'A stored secret was sealed with another master key. Start with the master key of this data.',
    )
  }
}

/** The id of the key that a text was sealed with. */
export function sealingKeyOf(sealed: string): string {
  return sealed.split('.')[1] ?? ''
}

/** Tells keys apart without giving them away: 32 bits of a hash of the key. */
export function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update('timbre master key id').update(key).digest('hex').slice(0, 8)
}

/** As JSON: no two places have the same text. */
function boundTo(id: string, { purpose, workspaceId, rowId }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([BOUND, id, purpose, workspaceId, rowId]))
}
