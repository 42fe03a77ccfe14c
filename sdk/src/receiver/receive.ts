// Owns what all adapters do with a request: verify, drop duplicates, hand over, answer.
import { constructEvent } from './construct-event.ts'
import { type OnceStore, once } from './once.ts'
import { RAW_BODY_BYTES_MAX, type RawBody } from './raw-body.ts'
import { refusalLog } from './refusal-log.ts'
import { checkedSecrets, type Secrets } from './secrets.ts'
import { SignatureError } from './signature-error.ts'
import type { HeadersInput } from './signature-headers.ts'
import { type VerifyOptions, verifySettings } from './verify-options.ts'
import type { WebhookEvent } from './webhook-event.ts'

export interface ReceiverOptions extends VerifyOptions {
  readonly secret: Secrets
  /**
   * Is awaited before the response. When it throws, the framework answers 500 and the service sends the event again later.
   * The service waits 15 s: put longer work into a queue.
   */
  readonly onEvent: (event: WebhookEvent) => unknown
  /** Makes onEvent run once for each event id. Without it duplicates are yours to drop. */
  readonly store?: OnceStore
  /**
   * Called with the reason when a request is refused, for your log: `code` and `message`, never a secret. Without it the
   * reason goes to `console.warn`, once a second at most; `() => {}` says nothing.
   */
  readonly onRefused?: (error: SignatureError) => void
}

/** The response, in a form that every framework can send. The service shows it in the delivery's log. */
export interface ReceiverAnswer {
  readonly status: 200 | 400 | 409 | 413
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Receive = (rawBody: RawBody, headers: HeadersInput) => Promise<ReceiverAnswer>

/**
 * What an adapter calls with each request; it throws what onEvent and the store throw. The options are checked here and
 * now, so that a program with a wrong one does not start, instead of refusing (or worse, believing) what comes later.
 * @throws SignatureError `no_secret`; `TypeError` that names any other wrong option
 */
export function receiverOf(options: ReceiverOptions): Receive {
  checkedSecrets(options.secret)
  verifySettings(options)
  checkCalls(options)
  const told = { ...options, onRefused: options.onRefused ?? refusalLog() }
  return (rawBody, headers) => receive(rawBody, headers, told)
}

function checkCalls({ onEvent, onRefused, store }: ReceiverOptions): void {
  if (typeof onEvent !== 'function') throw new TypeError('onEvent must be a function.')
  if (onRefused !== undefined && typeof onRefused !== 'function') throw new TypeError('onRefused must be a function.')
  if (store === undefined) return
  for (const name of ['reserve', 'complete', 'release'] as const) {
    if (typeof store?.[name] !== 'function') throw new TypeError(`store must have a function ${name} (see OnceStore).`)
  }
}

async function receive(rawBody: RawBody, headers: HeadersInput, options: ReceiverOptions): Promise<ReceiverAnswer> {
  if (byteLength(rawBody) > RAW_BODY_BYTES_MAX) return answer(413, { code: 'body_too_large' })
  try {
    const event = await constructEvent(rawBody, headers, options.secret, options)
    return await handled(event, options)
  } catch (error) {
    if (!(error instanceof SignatureError) || error.code === 'no_secret') throw error
    options.onRefused?.(error)
    return answer(400, { code: error.code, message: error.message })
  }
}

async function handled(event: WebhookEvent, { store, onEvent }: ReceiverOptions): Promise<ReceiverAnswer> {
  if (store === undefined) {
    await onEvent(event)
    return answer(200, { received: true })
  }
  const result = await once(store, event.id, () => onEvent(event))
  switch (result) {
    case 'done':
      return answer(200, { received: true })
    case 'duplicate':
      return answer(200, { received: true, duplicate: true })
    case 'in_progress':
      // Not 2xx: the first delivery may yet fail, and then this one is needed.
      return answer(409, { code: 'in_progress', message: 'This event is being handled. Send it again later.' })
  }
}

function answer(status: ReceiverAnswer['status'], body: Readonly<Record<string, unknown>>): ReceiverAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function byteLength(rawBody: RawBody): number {
  return typeof rawBody === 'string' ? rawBody.length : (rawBody?.byteLength ?? 0)
}
