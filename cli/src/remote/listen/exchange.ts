// Owns what `timbre listen` keeps of one delivery that it forwarded: the request, what the receiver answered, and whether it came before.
import { SUPERVISOR_EVENT, WEBHOOK_ID } from '@timbre/contract/signature.ts'

export interface LocalResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The first 16 KiB. */
  readonly body: string
}

export interface Exchange {
  /** 1 for the first of this run. */
  readonly nth: number
  /** `edited`: changed in an editor and sent from here; the server knows nothing of it. */
  readonly origin: 'delivery' | 'edited'
  readonly deliveryId: string
  readonly eventId: string
  readonly type: string
  readonly callId: string | null
  /** What the event says of its call: `ongoing`, `ended`, or an error code. */
  readonly callStatus: string | null
  readonly attempt: number
  /** The receiver may have had it before: a later attempt, or one that was forwarded in this run already. */
  readonly isRepeat: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds since 1970, by this machine's clock. */
  readonly forwardedAt: number
  readonly durationMs: number
  /** null: the receiver did not answer, and `error` says why. */
  readonly response: LocalResponse | null
  readonly error: string | null
}

/** As a gateway says it, where the receiver did not answer (RFC 9110 §15.6.5). */
const NO_RESPONSE = 504

/** What is recorded as the status of the attempt. */
export function statusOf({ response }: Pick<Exchange, 'response'>): number {
  return response?.status ?? NO_RESPONSE
}

export function isSuccess(exchange: Pick<Exchange, 'response'>): boolean {
  const status = statusOf(exchange)
  return status >= 200 && status < 300
}

/** What the headers and the envelope of a request say of its event. */
export function eventIn(headers: Readonly<Record<string, string>>, body: string) {
  const data = dataIn(body)
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : null)
  return {
    eventId: headers[WEBHOOK_ID] ?? '',
    type: headers[SUPERVISOR_EVENT] ?? '',
    callId: text('call_id'),
    callStatus: text('call_status') ?? text('error_code'),
  }
}

function dataIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const { data }: { readonly data?: Readonly<Record<string, unknown>> } = JSON.parse(body)
    return data ?? {}
  } catch {
    return {}
  }
}
