// Owns forwarding one delivery to a receiver on this machine: the very headers and bytes, so that any verifier passes.
// Must never write a byte of a request once it may not begin any more.
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { now } from '../../frame/world.ts'
import type { LocalResponse } from './exchange.ts'

export type Forwarded = { readonly durationMs: number } & (
  | { readonly outcome: 'answered'; readonly response: LocalResponse }
  /** The receiver has it, or a part of it. */
  | { readonly outcome: 'no_response'; readonly reason: string }
  /** Nothing was written. */
  | { readonly outcome: 'not_sent'; readonly reason: string }
)

export interface LocalRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Asked when the connection is there, right before the first byte. */
  readonly mayBegin?: () => boolean
}

/** As for a push: the whole of it. */
const TIMEOUT_MS = 15_000
/** What the service keeps of a response. */
const BODY_BYTES_MAX = 16 * 1024
/** What cannot be recorded as a status becomes this one (RFC 9110 §15.6.3). */
const BAD_GATEWAY = 502

export function forward(url: URL, { headers, body: text, mayBegin = () => true }: LocalRequest): Promise<Forwarded> {
  const begun = now()
  const deadline = AbortSignal.timeout(TIMEOUT_MS)
  const body = Buffer.from(text, 'utf8')
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve) => {
    let isSent = false
    const failed = (error: Error) => {
      const reason = deadline.aborted ? `no response within ${TIMEOUT_MS / 1000} s` : reasonOf(error)
      resolve({ outcome: isSent ? 'no_response' : 'not_sent', reason, durationMs: now() - begun })
    }
    const request = (isSecure ? secureRequest : plainRequest)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      // A connection for each: whether anything was written is known.
      agent: false,
      signal: deadline,
      // A receiver on this machine has a certificate of its own making.
      rejectUnauthorized: false,
    })
    request.on('error', failed)
    request.on('response', (response) =>
      responseOf(response).then(
        (read) => resolve({ outcome: 'answered', response: read, durationMs: now() - begun }),
        failed,
      ),
    )
    request.on('socket', (socket) =>
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        isSent = mayBegin()
        if (isSent) request.end(body)
        else request.destroy(new Error('its lease has ended'))
      }),
    )
  })
}

async function responseOf(response: IncomingMessage): Promise<LocalResponse> {
  const chunks: Buffer[] = []
  let bytes = 0
  // It is read to its end, and kept no further than the service keeps it.
  for await (const chunk of response) {
    if (bytes < BODY_BYTES_MAX) chunks.push(chunk)
    bytes += chunk.length
  }
  const { statusCode = 0 } = response
  const status = statusCode >= 200 && statusCode <= 599 ? statusCode : BAD_GATEWAY
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
  const body = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString('utf8')
  return { status, headers: Object.fromEntries(headers), body }
}

/** Of several addresses that were tried the first says it. */
function reasonOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error && first.message !== '' ? first.message : error.message || error.name
}
