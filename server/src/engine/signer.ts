// Owns the headers of a delivery: both signatures of CONTRACT §3 and the names beside them.
// Must never change the envelope: its stored bytes are what is signed and sent.
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
import { type HmacKey, HmacMessage, hmacKey } from './hmac.ts'

/** A secret as the two keys it is used as. */
export interface SigningKeys {
  readonly supervisor: HmacKey
  readonly standard: HmacKey
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
