// Owns the adapter for Fastify. Depends on no type of it.
import type { RawBody } from './raw-body.ts'
import { type ReceiverOptions, receiverOf } from './receive.ts'

type Done = (error: Error | null, body?: unknown) => void

/** What of Fastify's request and reply is used. */
export interface FastifyRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}
export interface FastifyReply {
  code(status: number): FastifyReply
  headers(values: Record<string, string>): FastifyReply
  send(body: string): FastifyReply
}

/** What of Fastify's instance is used. */
export interface FastifyInstance {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer' },
    parser: (request: never, body: Uint8Array, done: Done) => void,
  ): unknown
  post(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown
}

export interface FastifyReceiverOptions extends ReceiverOptions {
  /** Of the route. Default `/`, for use with `prefix`. */
  readonly path?: string
}

/**
 * A plugin with one POST route: `app.register(fastifyReceiver({ path: '/webhooks/supervisor', secret, onEvent }))`.
 * Inside the plugin, and only there, bodies stay raw.
 */
export function fastifyReceiver({ path = '/', ...options }: FastifyReceiverOptions) {
  const receive = receiverOf(options)
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: never, body, done) => done(null, body))
    app.post(path, async (request, reply) => {
      // `undefined` without a body, else the parser's bytes; anything else is refused with body_changed.
      const answer = await receive(request.body as RawBody, request.headers)
      return reply
        .code(answer.status)
        .headers({ ...answer.headers })
        .send(answer.body)
    })
  }
}
