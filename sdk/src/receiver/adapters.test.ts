import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error express 5 comes without types; what of it is used is described below
import untypedExpress from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  EVENT,
  only,
  SECRET,
  type SignedRequest,
  signedBody,
  signedRequest,
} from '../../test/support/signed-request.ts'
import { type ExpressRequest, type ExpressResponse, expressReceiver } from './express.ts'
import { fastifyReceiver } from './fastify.ts'
import { honoReceiver } from './hono.ts'
import { MemoryStore } from './memory-store.ts'
import { nextReceiver } from './next.ts'
import type { ReceiverOptions } from './receive.ts'

type Send = (request: SignedRequest) => Promise<{ status: number; body: string }>

const PATH = '/webhooks/supervisor'
const stops: (() => Promise<unknown>)[] = []

beforeEach(() => {
  // What a refusal writes there is tested in receive.test.ts.
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function listen(server: Server): Promise<Send> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(async () => server.close())
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  return overHttp(`http://127.0.0.1:${port}${PATH}`)
}

function overHttp(url: string): Send {
  return async ({ body, headers }) => {
    const response = await fetch(url, { method: 'POST', body, headers: { ...headers, connection: 'close' } })
    return { status: response.status, body: await response.text() }
  }
}

/** The part of Express that these tests use. */
type Handler = (request: ExpressRequest, response: ExpressResponse, next: (error: unknown) => void) => unknown
type ErrorHandler = (error: { status?: number }, request: unknown, response: ExpressResponse, next: unknown) => void
interface ExpressApp extends RequestListener {
  post(path: string, handler: Handler): void
  use(handler: Handler | ErrorHandler): void
}
const express: { (): ExpressApp; json(): Handler; raw(options: { type: string }): Handler } = untypedExpress

/** The real frameworks, each with its JSON parser at work for everything else. */
const ADAPTERS: Record<string, (options: ReceiverOptions) => Promise<Send>> = {
  async express(options) {
    const app = express()
    app.post(PATH, expressReceiver(options))
    app.use(express.json())
    app.use(quiet)
    return listen(createServer(app))
  },
  async 'express after express.raw()'(options) {
    const app = express()
    app.use(express.raw({ type: '*/*' }))
    app.post(PATH, expressReceiver(options))
    app.use(quiet)
    return listen(createServer(app))
  },
  async fastify(options) {
    const app = fastify()
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) =>
      done(null, JSON.parse(`${body}`)),
    )
    app.register(fastifyReceiver({ ...options, path: PATH }))
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    stops.push(() => app.close())
    return overHttp(`${url}${PATH}`)
  },
  async hono(options) {
    const app = new Hono()
    app.onError((_, context) => context.text('', 500))
    app.post(PATH, honoReceiver(options))
    return async (request) => read(await app.request(PATH, { method: 'POST', ...request }))
  },
  async next(options) {
    const POST = nextReceiver(options)
    return async (request) =>
      POST(new Request(`https://app.test${PATH}`, { method: 'POST', ...request })).then(read, () => ({
        status: 500,
        body: '',
      }))
  },
}

const quiet: ErrorHandler = (error, _request, response, _next) => {
  response.statusCode = error.status ?? 500
  response.end('')
}

async function read(response: Response): Promise<{ status: number; body: string }> {
  return { status: response.status, body: await response.text() }
}

describe.each(Object.entries(ADAPTERS))('%s', (_, start) => {
  test('hands over a genuine event and answers 200', async () => {
    const onEvent = vi.fn()
    const send = await start({ secret: SECRET, onEvent })
    expect(await send(signedRequest())).toEqual({ status: 200, body: '{"received":true}' })
    expect(onEvent).toHaveBeenCalledExactlyOnceWith(EVENT)
  })

  test('keeps the body as it came, whatever its spaces and escapes', async () => {
    const onEvent = vi.fn()
    const send = await start({ secret: SECRET, onEvent })
    const text = JSON.stringify(EVENT, null, 3).replace('ñ', '\\u00f1')
    expect((await send(signedBody(text))).status).toBe(200)
    expect(onEvent).toHaveBeenCalledWith(EVENT)
  })

  test('refuses a forged one with 400 and the cause, and hands nothing over', async () => {
    const onEvent = vi.fn()
    const onRefused = vi.fn()
    const send = await start({ secret: SECRET, onEvent, onRefused })
    const forged = await send(signedRequest(EVENT, 'another-secret-than-it'))
    expect(forged.status).toBe(400)
    expect(JSON.parse(forged.body)).toMatchObject({ code: 'wrong_secret' })
    expect((await send({ body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(400)
    expect(onRefused.mock.calls.map(([error]) => error.code)).toEqual(['wrong_secret', 'no_signature'])
    expect(onEvent).not.toHaveBeenCalled()
  })

  test('handles an event once, and again after a failure', async () => {
    const onEvent = vi.fn().mockRejectedValueOnce(new Error('the database is away')).mockResolvedValue(undefined)
    const send = await start({ secret: SECRET, onEvent, store: new MemoryStore() })
    expect((await send(signedRequest())).status).toBe(500)
    expect((await send(signedRequest())).body).toBe('{"received":true}')
    expect((await send(signedRequest())).body).toBe('{"received":true,"duplicate":true}')
    expect(onEvent).toHaveBeenCalledTimes(2)
  })

  test('asks for an event again while it is being handled', async () => {
    let finish = () => {}
    const started = Promise.withResolvers<void>()
    const onEvent = vi.fn(() => {
      started.resolve()
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    const send = await start({ secret: SECRET, onEvent, store: new MemoryStore() })
    const first = send(signedRequest())
    await started.promise
    expect((await send(signedRequest())).status).toBe(409)
    finish()
    expect((await first).status).toBe(200)
  })

  test.each([
    ['no secret', { secret: '' }, /^No secret/],
    ['an unset secret', { secret: undefined }, /^No secret/],
    ['no list of secrets', { secret: [] }, /^No secret/],
    ['a tolerance that is no number', { toleranceSeconds: Number.NaN }, /^toleranceSeconds/],
    ['a requireTimestamp that is a text', { requireTimestamp: 'false' }, /^requireTimestamp/],
    ['nothing to call', { onEvent: undefined }, /^onEvent/],
    ['an onRefused that cannot be called', { onRefused: true }, /^onRefused/],
    ['a store that is none', { store: new Map() }, /^store must have a function reserve/],
  ])('is not made with %s', async (_, wrong, message) => {
    const options = { secret: SECRET, onEvent: () => {}, ...wrong } as ReceiverOptions
    await expect((async () => start(options))()).rejects.toThrow(message)
  })

  test('refuses a recorded request whose time was taken away', async () => {
    const onEvent = vi.fn()
    const send = await start({ secret: SECRET, onEvent })
    const { body, headers } = signedRequest()
    const answer = await send({ body, headers: { 'content-type': 'application/json', ...only(headers, 'x-') } })
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('no_signature') })
    expect(onEvent).not.toHaveBeenCalled()
  })

  test('does not take a body of more than a megabyte', async () => {
    const send = await start({ secret: SECRET, onEvent: vi.fn() })
    const request = signedRequest({ ...EVENT, data: { call_id: 'c', text: 'x'.repeat(1_100_000) } })
    const status = await send(request).then(
      (answer) => answer.status,
      () => 'connection closed',
    )
    expect(['connection closed', 413]).toContain(status)
  })
})

describe('express after express.json()', () => {
  test('says that the body was parsed, and what to do', async () => {
    const app = express()
    app.use(express.json())
    app.post(PATH, expressReceiver({ secret: SECRET, onEvent: () => {} }))
    const answer = await (await listen(createServer(app)))(signedRequest())
    expect(answer.status).toBe(400)
    expect(answer.body).toMatch(/body_changed.*parsed already/)
  })
})

describe('next after request.json()', () => {
  test('says that the body was read', async () => {
    const { body, headers } = signedRequest()
    const request = new Request('https://app.test', { method: 'POST', body, headers })
    await request.json()
    const response = await nextReceiver({ secret: SECRET, onEvent: () => {} })(request)
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(/body_changed/)
  })
})
