// Owns the headers of a delivery: both signatures of CONTRACT §3 and the names beside them.
// Must never change the body: its stored bytes are what is signed and sent.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
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

/** A secret as the two keys it is used as. A KeyObject is six times faster than a Buffer (4 µs against 25 µs). */
export interface SigningKeys {
  readonly supervisor: KeyObject
  readonly standard: KeyObject
}

export interface SigningInput {
  readonly eventId: string
  readonly eventKey: string
  readonly deliveryId: string
  readonly body: Uint8Array
  readonly timestampS: number
  /** The current secret first; the previous one after it, only while it is still valid. */
  readonly keys: readonly [SigningKeys, ...SigningKeys[]]
}

export function signingKeys(secret: string): SigningKeys {
  return {
    supervisor: createSecretKey(supervisorKey(secret)),
    standard: createSecretKey(standardKey(secret)),
  }
}

/** The headers that sign and name a delivery, without the webhook's own. */
export function signedHeaders(input: SigningInput): Record<string, string> {
  const [current, previous] = input.keys
  const headers: Record<string, string> = {
    [SUPERVISOR_SIGNATURE]: supervisorHeader(current, input.body),
    [SUPERVISOR_EVENT]: input.eventKey,
    [SUPERVISOR_DELIVERY]: input.deliveryId,
    [WEBHOOK_ID]: input.eventId,
    [WEBHOOK_TIMESTAMP]: String(input.timestampS),
    [WEBHOOK_SIGNATURE]: standardSignature(input.keys.map((keys) => standardDigest(keys, input))),
  }
  if (previous !== undefined) headers[SUPERVISOR_SIGNATURE_PREVIOUS] = supervisorHeader(previous, input.body)
  return headers
}

function supervisorHeader(keys: SigningKeys, body: Uint8Array): string {
  return supervisorSignature(createHmac('sha256', keys.supervisor).update(body).digest('hex'))
}

function standardDigest(keys: SigningKeys, input: SigningInput): string {
  return createHmac('sha256', keys.standard)
    .update(standardSignedPrefix(input.eventId, input.timestampS))
    .update(input.body)
    .digest('base64')
}
