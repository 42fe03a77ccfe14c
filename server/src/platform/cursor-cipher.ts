// Owns the opaque form of a position in a list: encrypted and authenticated, so that it says nothing and only its own list takes it.
// Must never be random: the same position of the same list has one cursor, on every node and after every restart.
import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/**
 * Positions are sequence numbers of the whole instance: in the open they would tell each tenant how much all of them publish.
 * A synthetic IV, as in RFC 5297: HMAC-SHA-256 over what the cursor is for and the position, cut to 16 bytes, is both the tag
 * and the IV of AES-256-CTR.
 */
export class CursorCipher {
  /** The first writes, all read, so that cursors outlive a change of the master key for as long as the old one is given. */
  readonly #keys: readonly CursorKey[]

  /** @param masterKeys 32 bytes each; what is used is derived from them (RFC 5869) and fit for nothing else */
  constructor(masterKeys: readonly Uint8Array[]) {
    assert(masterKeys.length > 0, 'there is at least one master key')
    this.#keys = masterKeys.map(cursorKey)
  }

  /**
   * 32 characters of base64url.
   * @param place what the cursor is for: another place does not take it
   * @param position a whole number from 0 to 2^53
   */
  seal(place: string, position: number): string {
    const plain = Buffer.alloc(POSITION_BYTES)
    plain.writeBigUInt64BE(BigInt(position))
    return this.#seal(place, plain)
  }

  /** The position; undefined when the text is no cursor of this place, or was sealed under another master key. */
  open(place: string, text: string): number | undefined {
    const plain = FORM.test(text) ? this.#open(place, text) : undefined
    return plain === undefined ? undefined : Number(plain.readBigUInt64BE())
  }

  /** The same for a position that takes more than a number: a text of ASCII. */
  sealText(place: string, position: string): string {
    return this.#seal(textPlace(place), Buffer.from(position, 'latin1'))
  }

  /** See `open`. */
  openText(place: string, text: string): string | undefined {
    return TEXT_FORM.test(text) ? this.#open(textPlace(place), text)?.toString('latin1') : undefined
  }

  #seal(place: string, plain: Buffer): string {
    const [key] = this.#keys
    assert(key !== undefined, 'see the constructor')
    const iv = syntheticIv(key, place, plain)
    return Buffer.concat([iv, createCipheriv('aes-256-ctr', key.encryption, iv).update(plain)]).toString('base64url')
  }

  #open(place: string, text: string): Buffer | undefined {
    const bytes = Buffer.from(text, 'base64url')
    const iv = bytes.subarray(0, IV_BYTES)
    for (const key of this.#keys) {
      const plain = createDecipheriv('aes-256-ctr', key.encryption, iv).update(bytes.subarray(IV_BYTES))
      if (timingSafeEqual(syntheticIv(key, place, plain), iv)) return plain
    }
    return undefined
  }
}

const IV_BYTES = 16
const POSITION_BYTES = 8
/** 24 bytes have exactly one spelling in 32 characters. */
const FORM = /^[A-Za-z0-9_-]{32}$/
/** Of a text: the tag, and at least one character. */
const TEXT_FORM = /^[A-Za-z0-9_-]{23,256}$/
const KEY_BYTES = 32

interface CursorKey {
  readonly authentication: Buffer
  readonly encryption: Buffer
}

/** Texts have any length: what ends the place is in no place, so that no other place and position together are the same bytes. */
function textPlace(place: string): string {
  return `${place}\0`
}

function cursorKey(masterKey: Uint8Array): CursorKey {
  const derived = Buffer.from(hkdfSync('sha256', masterKey, '', 'timbre cursors v1', 2 * KEY_BYTES))
  return { authentication: derived.subarray(0, KEY_BYTES), encryption: derived.subarray(KEY_BYTES) }
}

function syntheticIv({ authentication }: CursorKey, place: string, plain: Buffer): Buffer {
  // A number has a fixed length, so that no other place and position together are the same bytes.
  return createHmac('sha256', authentication).update(place).update(plain).digest().subarray(0, IV_BYTES)
}
