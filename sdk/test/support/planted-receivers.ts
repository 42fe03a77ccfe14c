// Owns real receivers that say what their framework gave them: headers, and the body as the reader asks for it.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error express 5 comes without types; what of it is used is described below
import untypedExpress from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import type { Reader, Taken } from './planted-causes.ts'

export interface PlantedReceiver {
  /** Where requests go: `<url>/<reader>`. */
  readonly url: string
  stop(): Promise<unknown>
}

/** How it goes back to the test: bytes in base64. */
export function responseOf(headers: Record<string, unknown>, body: unknown): object {
  return { headers, ...(Buffer.isBuffer(body) ? { base64: body.toString('base64') } : { body }) }
}

/** Sends a request to a receiver; what it had of it. */
export async function takenBy(
  { url }: Pick<PlantedReceiver, 'url'>,
  reader: Reader,
  request: { readonly headers: Record<string, string>; readonly body: string | Buffer },
): Promise<Taken> {
  const body = typeof request.body === 'string' ? request.body : new Uint8Array(request.body)
  const response = await fetch(`${url}/${reader}`, { method: 'POST', headers: request.headers, body })
  if (response.status !== 200) throw new Error(`The receiver answered ${response.status}: ${await response.text()}`)
  const answer = (await response.json()) as { headers: Record<string, string>; base64?: string; body?: unknown }
  const { headers, base64 } = answer
  return { headers, body: base64 === undefined ? answer.body : Buffer.from(base64, 'base64') }
}

interface ExpressRequest {
  readonly headers: Record<string, unknown>
  readonly body: unknown
}
type Handler = (request: ExpressRequest, response: { json(body: unknown): void }) => void
interface ExpressApp extends RequestListener {
  post(path: string, parser: unknown, handler: Handler): void
}
type Parser = (options: { type: string; strict?: boolean }) => unknown
const express: { (): ExpressApp; json: Parser; raw: Parser; text: Parser } = untypedExpress

export const RECEIVERS: Readonly<Record<string, () => Promise<PlantedReceiver>>> = {
  async Express() {
    const app = express()
    const parsers = { raw: express.raw, text: express.text, json: express.json }
    for (const [reader, parser] of Object.entries(parsers)) {
      app.post(
        `/${reader}`,
        parser({ type: '*/*', ...(reader === 'json' ? { strict: false } : {}) }),
        (request, response) => response.json(responseOf(request.headers, request.body)),
      )
    }
    const server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // a listening TCP server has one
    return { url: `http://127.0.0.1:${port}`, stop: async () => server.close().closeAllConnections() }
  },
  async Fastify() {
    const app = fastify()
    for (const [reader, parseAs] of [
      ['raw', 'buffer'],
      ['text', 'string'],
      ['json', undefined],
    ] as const) {
      app.register(async (scope) => {
        if (parseAs !== undefined) {
          scope.removeAllContentTypeParsers()
          scope.addContentTypeParser('*', { parseAs }, (_request, body, done) => done(null, body))
        }
        scope.post(`/${reader}`, async (request) => responseOf(request.headers, request.body))
      })
    }
    return { url: await app.listen({ host: '127.0.0.1', port: 0 }), stop: () => app.close() }
  },
  async Hono() {
    const app = new Hono()
    const headersOf = (headers: Headers) => Object.fromEntries(headers.entries())
    app.post('/raw', async ({ req, json }) =>
      json(responseOf(headersOf(req.raw.headers), Buffer.from(await req.arrayBuffer()))),
    )
    app.post('/text', async ({ req, json }) => json(responseOf(headersOf(req.raw.headers), await req.text())))
    app.post('/json', async ({ req, json }) => json(responseOf(headersOf(req.raw.headers), await req.json())))
    return overHttp((request) => app.fetch(request))
  },
}

/** A server for what takes a `Request` and gives a `Response`. */
async function overHttp(answer: (request: Request) => Response | Promise<Response>): Promise<PlantedReceiver> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = new Headers(request.headers as Record<string, string>) // none of them comes twice here
    const init = { method: 'POST', headers, body: new Uint8Array(Buffer.concat(chunks)) }
    const answered = await answer(new Request(`http://receiver${request.url}`, init))
    response.writeHead(answered.status).end(await answered.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  return { url: `http://127.0.0.1:${port}`, stop: async () => server.close().closeAllConnections() }
}
