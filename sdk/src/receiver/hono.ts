// Owns the adapter for Hono. Depends on no type of it.
import { type ReceiverOptions, receiverOf } from './receive.ts'

/** What of Hono's context is used. */
export interface HonoContext {
  readonly req: {
    readonly raw: { readonly headers: Headers }
    arrayBuffer(): Promise<ArrayBuffer>
  }
}

/** A handler: `app.post('/webhooks/supervisor', honoReceiver({ secret, onEvent }))`. */
export function honoReceiver(options: ReceiverOptions) {
  const receive = receiverOf(options)
  return async ({ req }: HonoContext): Promise<Response> => {
    // Through Hono, which keeps the body for handlers that read it again.
    const { status, headers, body } = await receive(await req.arrayBuffer(), req.raw.headers)
    return new Response(body, { status, headers })
  }
}
