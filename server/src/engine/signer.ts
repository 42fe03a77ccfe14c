// Owns the headers of a delivery: those of CONTRACT §3, with both signatures, and the webhook's own; how an attempt shows them; and
// HMAC-SHA256 (RFC 2104) of one message under several keys, as two one-shot hashes each. Must never change the envelope: its stored bytes
// are what is signed and sent; nor hand out its memory, which the next message takes over; nor show the value of a webhook's own header,
// which may be a credential.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import {
  SUPERVISOR_DELIVERY,
  SUPERVISOR_EVENT,
  SUPERVISOR_SIGNATURE,
  SUPERVISOR_SIGNATURE_PREVIOUS,
  standardKey,
  standardSignature,
  standardSignedPrefix,
  supervisorKey,
  supervisorSignature,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import type { LeasedDelivery } from '../storage/storage.ts'

/** A secret as the two keys it is used as. */
export interface SigningKeys {
  readonly supervisor: HmacKey
  readonly standard: HmacKey
}

export interface PreviousKeys {
  readonly keys: SigningKeys
  readonly until: number
}

/** What a webhook adds to the headers of its deliveries. */
export interface SignedTarget {
  /** The webhook's own headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly keys: SigningKeys
  /** Of replaced secrets, the newest first; each signs until its time has ended. */
  readonly previous: readonly PreviousKeys[]
}

export interface SigningInput {
  readonly eventId: string
  readonly eventKey: string
  readonly deliveryId: string
  readonly envelope: string
  readonly timestampS: number
  /** The current secret, and replaced ones only while they are still valid, the newest first. */
  readonly keys: SigningKeys
  readonly previousKeys: readonly SigningKeys[]
}

export function signingKeys(secret: string): SigningKeys {
  return { supervisor: hmacKey(supervisorKey(secret)), standard: hmacKey(standardKey(secret)) }
}

export class Signer {
  readonly #message = new HmacMessage()

  /** Adds the headers that sign and name a delivery. One by one: computed names in a literal are slower. */
  addTo(headers: Record<string, string>, input: SigningInput): void {
    const { keys, previousKeys } = input
    this.#message.set(input.envelope)
    const prefix = standardSignedPrefix(input.eventId, input.timestampS)
    const digests = [this.#message.digest(keys.standard, prefix, 'base64')]
    for (const { standard } of previousKeys) digests.push(this.#message.digest(standard, prefix, 'base64'))
    headers[SUPERVISOR_SIGNATURE] = supervisorSignature(this.#supervisorDigest(keys))
    headers[SUPERVISOR_EVENT] = input.eventKey
    headers[SUPERVISOR_DELIVERY] = input.deliveryId
    headers[WEBHOOK_ID] = input.eventId
    headers[WEBHOOK_TIMESTAMP] = String(input.timestampS)
    headers[WEBHOOK_SIGNATURE] = standardSignature(digests)
    if (previousKeys.length > 0) {
      headers[SUPERVISOR_SIGNATURE_PREVIOUS] = supervisorSignature(
        ...previousKeys.map((previous) => this.#supervisorDigest(previous)),
      )
    }
  }

  #supervisorDigest({ supervisor }: SigningKeys): string {
    return this.#message.digest(supervisor, '', 'hex')
  }
}

/** A key as the blocks that go before the message and before its digest (RFC 2104 §2). */
export interface HmacKey {
  readonly inner: Uint8Array
  readonly outer: Uint8Array
}

// Of SHA-256.
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const PREFIX_BYTES_MAX = 128
const MESSAGE_AT = BLOCK_BYTES + PREFIX_BYTES_MAX
const MESSAGE_BYTES_AT_START = 4096
const UTF8_BYTES_PER_UNIT_MAX = 3

export function hmacKey(key: Uint8Array): HmacKey {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key)
  return { inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) }
}

/**
 * Cheaper than the Hmac objects of node:crypto, each of which looks up the digest, makes a context and crosses to OpenSSL three
 * times. Digests cross as latin1, which is cheaper than as a Buffer (docs/performance.md).
 */
export class HmacMessage {
  /** A block, space for a prefix, the message: so that each key and prefix is written just before it. */
  #bytes = Buffer.allocUnsafe(MESSAGE_AT + MESSAGE_BYTES_AT_START)
  readonly #outer = Buffer.allocUnsafe(BLOCK_BYTES + DIGEST_BYTES)
  #end = MESSAGE_AT

  /** The message from now on, as UTF-8. */
  set(text: string): void {
    const needed = MESSAGE_AT + text.length * UTF8_BYTES_PER_UNIT_MAX
    if (needed > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(needed)
    this.#end = MESSAGE_AT + this.#bytes.write(text, MESSAGE_AT)
  }

  /** @param prefix ASCII, goes before the message */
  digest(key: HmacKey, prefix: string, encoding: 'hex' | 'base64'): string {
    assert(prefix.length <= PREFIX_BYTES_MAX, 'a prefix fits before its message')
    const start = MESSAGE_AT - prefix.length - BLOCK_BYTES
    this.#bytes.set(key.inner, start)
    this.#bytes.write(prefix, start + BLOCK_BYTES, 'latin1')
    this.#outer.set(key.outer)
    this.#outer.write(hash('sha256', this.#bytes.subarray(start, this.#end), 'latin1'), BLOCK_BYTES, 'latin1')
    return hash('sha256', this.#outer, encoding)
  }
}

/** Shown in the place of a custom header's value. */
const MASKED = '****************'

export class RequestHeaders {
  readonly #userAgent: string
  readonly #signer = new Signer()

  constructor({ userAgent }: { readonly userAgent: string }) {
    this.#userAgent = userAgent
  }

  /** @param now milliseconds, of which the timestamp is made */
  of(
    delivery: Pick<LeasedDelivery, 'id' | 'eventId' | 'eventKey'>,
    target: SignedTarget,
    envelope: string,
    now: number,
  ): Record<string, string> {
    const { eventId, eventKey, id: deliveryId } = delivery
    const headers: Record<string, string> = {
      ...target.headers,
      'content-type': 'application/json',
      'user-agent': this.#userAgent,
    }
    this.#signer.addTo(headers, {
      eventId,
      eventKey,
      deliveryId,
      envelope,
      timestampS: Math.floor(now / 1000),
      keys: target.keys,
      previousKeys: previousKeys(target, now),
    })
    return headers
  }
}

export function maskedHeaders(
  headers: Readonly<Record<string, string>>,
  target: Pick<SignedTarget, 'headers'>,
): Readonly<Record<string, string>> {
  let masked: Record<string, string> | undefined
  for (const name in target.headers) {
    masked ??= { ...headers }
    masked[name] = MASKED
  }
  return masked ?? headers
}

const NO_KEYS: readonly SigningKeys[] = []

/** Of every replaced secret whose time has not ended (CONTRACT §2). */
function previousKeys({ previous }: Pick<SignedTarget, 'previous'>, now: number): readonly SigningKeys[] {
  return previous.length === 0 ? NO_KEYS : previous.filter(({ until }) => until > now).map(({ keys }) => keys)
}
