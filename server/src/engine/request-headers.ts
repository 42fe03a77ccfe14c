// Owns the headers of a delivery: those of CONTRACT §3 and the webhook's own; and how an attempt shows them.
// Must never show the value of a webhook's own header, which may be a credential.
import type { LeasedDelivery } from '../storage/storage.ts'
import { Signer, type SigningKeys } from './signer.ts'
import type { Target } from './targets.ts'

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
    target: Target,
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
  target: Target,
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
function previousKeys({ previous }: Target, now: number): readonly SigningKeys[] {
  return previous.length === 0 ? NO_KEYS : previous.filter(({ until }) => until > now).map(({ keys }) => keys)
}
