// Owns the adapter for route handlers of Next, and for whatever else gives a `Request` and takes a `Response`.
import { type ReceiverOptions, receiverOf } from './receive.ts'

/** A route handler: `export const POST = nextReceiver({ secret, onEvent })` in `app/webhooks/supervisor/route.ts`. */
export function nextReceiver(options: ReceiverOptions) {
  const receive = receiverOf(options)
  return async (request: Request): Promise<Response> => {
    // A body that was read before cannot be read again; empty bytes are refused with body_changed.
    const rawBody = request.bodyUsed ? new ArrayBuffer(0) : await request.arrayBuffer()
    const { status, headers, body } = await receive(rawBody, request.headers)
    return new Response(body, { status, headers })
  }
}
