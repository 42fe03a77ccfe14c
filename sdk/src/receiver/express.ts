// Owns the adapter for Express (4 and 5) and whatever else has its handlers. Depends on no type of it.
import { RAW_BODY_BYTES_MAX, type RawBody } from './raw-body.ts'
import { type ReceiverOptions, receiverOf } from './receive.ts'

/** What of Express's request is used. */
export interface ExpressRequest extends AsyncIterable<Uint8Array> {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: unknown
  /** As `verify` of body-parser, and some platforms, keep it. */
  readonly rawBody?: unknown
  /** true: somebody has read the body. */
  readonly readableEnded?: boolean
}

/** What of Express's response is used. */
export interface ExpressResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * A handler: `app.post('/webhooks/supervisor', expressReceiver({ secret, onEvent }))`. It reads the raw body itself, so
 * it must come before `express.json()`; after `express.raw({ type: '*\/*' })` it works too.
 */
export function expressReceiver(options: ReceiverOptions) {
  const receive = receiverOf(options)
  return async (request: ExpressRequest, response: ExpressResponse, next: (error: unknown) => void): Promise<void> => {
    try {
      const answer = await receive(await rawBody(request), request.headers)
      response.statusCode = answer.status
      for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
      response.end(answer.body)
    } catch (error) {
      next(error)
    }
  }
}

/** The bytes: kept by somebody before, or read now. A body that only its parser saw goes on, for `receive` to say so. */
async function rawBody(request: ExpressRequest): Promise<RawBody> {
  const { rawBody: kept = request.body, readableEnded } = request
  // body-parser sets `{}` also for a body that it leaves unread.
  if (kept !== undefined && (isRaw(kept) || readableEnded)) return kept as RawBody // else refused with body_changed
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > RAW_BODY_BYTES_MAX) break // also closes the connection, so that no more comes
  }
  return concatenated(chunks, bytes)
}

function isRaw(body: unknown): boolean {
  return typeof body === 'string' || ArrayBuffer.isView(body)
}

function concatenated(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
