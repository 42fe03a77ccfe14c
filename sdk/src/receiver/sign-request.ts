// Owns requests as the service sends them, for tests of receivers.
// Must never be needed in production: there the service signs.
import { isShownEventId } from '@timbre/contract/ids.ts'
import {
  SUPERVISOR_DELIVERY,
  SUPERVISOR_EVENT,
  SUPERVISOR_SIGNATURE,
  SUPERVISOR_SIGNATURE_PREVIOUS,
  standardSignature,
  supervisorSignature,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import { checkedNumber } from '../checked-number.ts'
import type { EventDataByType } from '../resources.generated.ts'
import { newUuid, now } from '../runtime.ts'
import { standardDigest, supervisorDigest } from './digests.ts'
import { checkedSecrets, type Secrets } from './secrets.ts'

/** An event to send to a receiver; `data` is typed for the built-in types. */
export interface EventToSign<T extends string = string> {
  /** Default: a new one. */
  readonly id?: string
  readonly type: T
  /** ISO 8601 UTC. Default: the time of sending. */
  readonly created_at?: string
  readonly data: T extends keyof EventDataByType ? EventDataByType[T] : Readonly<Record<string, unknown>>
}

export interface SignRequestOptions {
  /** When the request is sent, in milliseconds since 1970. Default: now. An old one makes a receiver refuse with `too_old`. */
  readonly sentAt?: number
}

/** Goes into `fetch(url, request)`, `new Request(url, request)` and Hono's `app.request(path, request)` as it is. */
export interface SignedRequest {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: string
}

/**
 * The request of one delivery, signed in both schemes.
 * @param secret the webhook's; of several the first is the current one, as while a secret is being rotated
 * @throws SignatureError `no_secret`; `TypeError` that names anything else that is wrong
 */
export async function signRequest<const T extends string>(
  event: EventToSign<T>,
  secret: Secrets,
  options: SignRequestOptions = {},
): Promise<SignedRequest> {
  const secrets = checkedSecrets(secret)
  const sentAt = checkedNumber('sentAt', options.sentAt, { default: now(), min: 0 })
  const { id = `evt_${newUuid().replaceAll('-', '')}`, type, created_at = new Date(sentAt).toISOString(), data } = event
  if (!isShownEventId(id)) throw new TypeError('id must be evt_ and 1–64 of letters, digits, _ and -.')
  const body = JSON.stringify({ id, type, created_at, data })
  const headers = {
    'content-type': 'application/json',
    [SUPERVISOR_EVENT]: type,
    [SUPERVISOR_DELIVERY]: newUuid(),
    ...(await signatureHeaders(id, String(Math.floor(sentAt / 1000)), body, secrets)),
  }
  return { method: 'POST', headers, body }
}

async function signatureHeaders(eventId: string, timestamp: string, text: string, secrets: readonly string[]) {
  const body = new TextEncoder().encode(text)
  const standard = await Promise.all(secrets.map((secret) => standardDigest({ eventId, timestamp, body }, secret)))
  const [current = '', ...previous] = await Promise.all(secrets.map((secret) => supervisorDigest(body, secret)))
  return {
    [SUPERVISOR_SIGNATURE]: supervisorSignature(current),
    ...(previous.length === 0 ? {} : { [SUPERVISOR_SIGNATURE_PREVIOUS]: supervisorSignature(...previous) }),
    [WEBHOOK_ID]: eventId,
    [WEBHOOK_TIMESTAMP]: timestamp,
    [WEBHOOK_SIGNATURE]: standardSignature(standard),
  }
}
