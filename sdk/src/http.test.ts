import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AnsweringServer, sendJson, sendProblem } from '../test/support/answering-server.ts'
import {
  ApiError,
  AuthenticationError,
  type Client,
  ConflictError,
  ConnectionError,
  createClient,
  NotFoundError,
  PayloadTooLargeError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
  ValidationError,
} from './index.ts'

const API_KEY = 'sk_live_0123456789abcdef'
const WORKSPACE = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const servers: AnsweringServer[] = []

async function serve(...args: ConstructorParameters<typeof AnsweringServer>): Promise<AnsweringServer> {
  const server = await new AnsweringServer(...args).start()
  servers.push(server)
  return server
}

function clientOf(baseUrl: string, maxRetries = 2, timeoutMs = 5000): Client {
  return createClient({
    baseUrl,
    workspaceId: WORKSPACE,
    apiKey: API_KEY,
    retry: { maxRetries, baseDelayMs: 1 },
    timeoutMs,
  })
}

async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  )
}

afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

describe('a request', () => {
  test.each(['', '/', '/v1', '/v1/'])('reaches /v1/webhooks when baseUrl ends in "%s"', async (end) => {
    const server = await serve((_, response) => sendJson(response, 201, { id: 'a' }))
    await clientOf(`${server.url}${end}`).webhooks.create({ url: 'https://example.com' })
    expect(server.requests[0]?.path).toBe('/v1/webhooks')
  })

  test('carries the key, the workspace and the JSON, and the ones set later', async () => {
    const server = await serve((_, response) => sendJson(response, 201, { id: 'a' }))
    const client = clientOf(server.url)
    await client.webhooks.create({ url: 'https://example.com/ñ' })
    client.workspace.set('other-workspace')
    client.auth.setApiKey('sk_live_other')
    await client.webhooks.get('wh_1')
    expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': API_KEY, 'x-workspace-id': WORKSPACE })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ url: 'https://example.com/ñ' })
    expect(server.requests[1]?.headers).toMatchObject({
      'x-api-key': 'sk_live_other',
      'x-workspace-id': 'other-workspace',
    })
    expect(server.requests[1]?.headers['idempotency-key']).toBeUndefined()
  })

  test('with a number that JSON cannot carry is not sent: null would mean no limit', async () => {
    const server = await serve((_, response) => sendJson(response, 200, {}))
    const { webhooks, events } = clientOf(server.url)
    const sending = webhooks.update('wh_1', { rateLimitPerSecond: Number(undefined) })
    await expect(sending).rejects.toThrow('rateLimitPerSecond is NaN, which is no number.')
    expect(server.requests).toEqual([])
    await events.publish({ type: 'order.paid', data: { amount: Number.NaN } })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ type: 'order.paid', data: { amount: null } })
  })

  test('keeps an id within its place in the path', async () => {
    const server = await serve((_, response) => sendJson(response, 200, {}))
    const client = clientOf(server.url)
    await client.webhooks.get('a/../b?c#d')
    expect(server.requests[0]?.path).toBe('/v1/webhooks/a%2F..%2Fb%3Fc%23d')
    for (const id of ['', '.', '..']) await expect(client.webhooks.delete(id)).rejects.toThrow(TypeError)
    expect(server.requests).toHaveLength(1)
  })

  test('does not follow a redirect, which would take the key elsewhere', async () => {
    const elsewhere = await serve((_, response) => sendJson(response, 200, {}))
    const server = await serve((_, response) => response.writeHead(307, { location: elsewhere.url }).end())
    const error = await failure(clientOf(server.url).webhooks.get('a'))
    expect(error).toMatchObject({ code: 'UNEXPECTED_RESPONSE', status: 307 })
    expect(elsewhere.requests).toHaveLength(0)
  })
})

test('a response is read by the function that was given for it', async () => {
  const server = await serve((_, response) => response.writeHead(200).end('{"data":{"order":9007199254740993}}'))
  const { events } = createClient({
    baseUrl: server.url,
    workspaceId: WORKSPACE,
    apiKey: API_KEY,
    parseJson: (text) => text,
  })
  expect(await events.get('evt_1')).toContain('9007199254740993')
})

describe('retries', () => {
  test.each([429, 500, 502, 503])('a call that is answered %i is made again', async (status) => {
    const server = await serve((_, response) => {
      if (server.requests.length < 3) sendProblem(response, status, 'NOT_READY')
      else sendJson(response, 200, { id: 'a' })
    })
    await expect(clientOf(server.url).webhooks.get('a')).resolves.toEqual({ id: 'a' })
    expect(server.requests).toHaveLength(3)
  })

  test('a connection that breaks is tried again, and a POST keeps its Idempotency-Key', async () => {
    const server = await serve((_, response) => {
      if (server.requests.length < 3) response.destroy()
      else sendJson(response, 202, { id: 'evt_1' })
    })
    const client = clientOf(server.url)
    await client.events.publish({ type: 'call.completed', data: { call_id: 'c' } })
    await client.events.publish({ type: 'call.completed', data: { call_id: 'c' } })
    const keys = server.requests.map((request) => request.headers['idempotency-key'])
    expect(keys).toHaveLength(4)
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[3]).not.toBe(keys[0])
  })

  test('the given Idempotency-Key is used', async () => {
    const server = await serve((_, response) => sendJson(response, 202, {}))
    const event = { type: 'call.completed', data: { call_id: 'c' } } as const
    await clientOf(server.url).events.publish(event, { idempotencyKey: 'mine' })
    expect(server.requests[0]?.headers['idempotency-key']).toBe('mine')
  })

  test.each([400, 401, 403, 404, 409, 413])('a call that is answered %i is not made again', async (status) => {
    const server = await serve((_, response) => sendProblem(response, status, 'X'))
    await failure(clientOf(server.url).webhooks.get('a'))
    expect(server.requests).toHaveLength(1)
  })

  test('there are no more than maxRetries', async () => {
    const server = await serve((_, response) => sendProblem(response, 503, 'NOT_READY'))
    await failure(clientOf(server.url, 3).webhooks.get('a'))
    await failure(clientOf(server.url, 0).webhooks.get('a'))
    expect(server.requests).toHaveLength(5)
  })

  test('Retry-After is waited for', async () => {
    vi.useFakeTimers()
    const responses = [new Response('{}', { status: 429, headers: { 'retry-after': '7' } }), new Response('{"id":"a"}')]
    const fetch = vi.fn(async () => responses.shift() ?? Response.error())
    const client = createClient({ baseUrl: 'http://test', workspaceId: 'w', apiKey: 'k', fetch })
    const webhook = client.webhooks.get('a')
    await vi.advanceTimersByTimeAsync(6_999)
    expect(fetch).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(fetch).toHaveBeenCalledTimes(2)
    await expect(webhook).resolves.toEqual({ id: 'a' })
  })

  test('a Retry-After of an hour is given back to the caller instead', async () => {
    const server = await serve((_, response) =>
      sendProblem(response, 429, 'TOO_MANY_REQUESTS', { 'retry-after': '3600' }),
    )
    const error = await failure(clientOf(server.url).webhooks.get('a'))
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({ retryAfterSeconds: 3600 })
    expect(server.requests).toHaveLength(1)
  })

  test('a Retry-After that is a date counts from now', async () => {
    const inTwoHours = new Date(Date.now() + 7_200_000).toUTCString()
    const server = await serve((_, response) => sendProblem(response, 503, 'NOT_READY', { 'retry-after': inTwoHours }))
    const error = await failure(clientOf(server.url).webhooks.get('a'))
    expect(error).toBeInstanceOf(ServerError)
    expect((error as ServerError).retryAfterSeconds).toBeGreaterThan(7100)
  })
})

describe('errors', () => {
  test.each([
    [400, ValidationError],
    [401, AuthenticationError],
    [403, PermissionError],
    [404, NotFoundError],
    [409, ConflictError],
    [413, PayloadTooLargeError],
    [429, RateLimitError],
    [500, ServerError],
    [503, ServerError],
    [415, ApiError],
  ])('%i has its class, and says all that the service said', async (status, type) => {
    const server = await serve((_, response) => sendProblem(response, status, 'SOME_CODE'))
    const error = await failure(clientOf(server.url, 0).webhooks.get('a'))
    expect(error).toBeInstanceOf(type)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ name: type.name, status, code: 'SOME_CODE', message: 'It was SOME_CODE.' })
    expect(error).toMatchObject({ requestId: 'req-1', details: { issues: [{ path: '/url' }] } })
  })

  test('a ValidationError lists the fields', async () => {
    const server = await serve((_, response) => sendProblem(response, 400, 'INVALID_INPUT'))
    const error = await failure(clientOf(server.url).webhooks.create({ url: 'x' }))
    expect((error as ValidationError).issues).toEqual([{ path: '/url', message: 'must be https' }])
  })

  test.each([200, 502])('a response %i of somebody else is an UNEXPECTED_RESPONSE', async (status) => {
    const server = await serve((_, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<p>'))
    const error = await failure(clientOf(server.url, 0).webhooks.get('a'))
    expect(error).toMatchObject({ code: 'UNEXPECTED_RESPONSE', status })
  })

  test('a server that does not answer in time is a TimeoutError, for each try anew', async () => {
    const server = await serve(() => {})
    const error = await failure(clientOf(server.url, 1, 40).webhooks.get('a'))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ code: 'TIMED_OUT', status: 0 })
    expect(server.requests).toHaveLength(2)
  })

  test('a response that begins and never ends is a TimeoutError too', async () => {
    const server = await serve((_, response) => response.writeHead(200).write('{'))
    await expect(clientOf(server.url, 0).webhooks.get('a', { timeoutMs: 40 })).rejects.toThrow(TimeoutError)
  })

  test('a server that is not there is a ConnectionError that says why', async () => {
    const server = await new AnsweringServer(() => {}).start()
    const { url } = server
    await server.stop()
    const error = await failure(clientOf(url).webhooks.get('a'))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(String(error)).toContain('ECONNREFUSED')
  })
})

describe('abort', () => {
  test('ends a call that waits for its response, with the reason of the signal', async () => {
    const abort = new AbortController()
    const server = await serve(() => abort.abort(new Error('enough')))
    await expect(clientOf(server.url).webhooks.get('a', { signal: abort.signal })).rejects.toThrow('enough')
    expect(server.requests).toHaveLength(1)
  })

  test('ends a call that waits for its next try', async () => {
    const abort = new AbortController()
    const server = await serve((_, response) => {
      sendProblem(response, 503, 'NOT_READY', { 'retry-after': '50' })
      response.on('finish', () => setImmediate(() => abort.abort(new Error('enough'))))
    })
    await expect(clientOf(server.url).webhooks.get('a', { signal: abort.signal })).rejects.toThrow('enough')
  })

  test('of before the call lets nothing be sent', async () => {
    const server = await serve((_, response) => sendJson(response, 200, {}))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(clientOf(server.url).webhooks.get('a', { signal })).rejects.toThrow('enough')
    expect(server.requests).toHaveLength(0)
  })
})

describe('the API key', () => {
  test('is in nothing that the client shows of itself', () => {
    const client = clientOf('http://127.0.0.1:1')
    for (const shown of [inspect(client, { depth: 9, showHidden: true }), String(client), JSON.stringify(client)]) {
      expect(shown).not.toContain(API_KEY)
    }
  })

  test('is in no error, whatever went wrong', async () => {
    const server = await serve((_, response) => sendProblem(response, 401, 'API_KEY_INVALID'))
    for (const url of [server.url, 'http://127.0.0.1:1']) {
      const error = await failure(clientOf(url, 0).webhooks.get('a'))
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(API_KEY)
    }
    const broken = `${API_KEY}\n`
    for (const attempt of [
      () => clientOf('http://a').auth.setApiKey(broken),
      () => clientOf(`http://u:${API_KEY}@a`),
    ]) {
      expect(attempt).toThrow(TypeError)
      expect(attempt).not.toThrow(API_KEY)
    }
  })

  test.each([
    { apiKey: '' },
    { apiKey: undefined },
    { baseUrl: 'nowhere' },
    { baseUrl: 'ftp://a' },
    { workspaceId: '' },
    { timeoutMs: 0 },
    { timeoutMs: 1e12 },
    ...[Number.NaN, Infinity, -1, '5', null].flatMap((value) => [
      { timeoutMs: value },
      { retry: { maxRetries: value } },
      { retry: { baseDelayMs: value } },
    ]),
    { fetch: 'fetch' },
    { parseJson: {} },
  ])('and the other options are checked at once: %o', (wrong) => {
    const options = { baseUrl: 'https://a/v1', workspaceId: 'w', apiKey: 'k', ...wrong }
    expect(() => createClient(options as Parameters<typeof createClient>[0])).toThrow(TypeError)
  })
})

describe('with the session of a browser', () => {
  const SESSION = { kind: 'key', csrfToken: 'token-of-the-session' }

  test('no key is sent, the cookie goes to the own origin only, and what changes something carries the token', async () => {
    const inits: RequestInit[] = []
    const fetch = async (_: string, init: RequestInit) => {
      inits.push(init)
      return new Response(JSON.stringify(SESSION))
    }
    const client = createClient({ baseUrl: 'https://timbre.example.com', session: {}, fetch })
    const sent = () => {
      const { headers, credentials } = inits.at(-1) ?? {}
      const got = new Headers(headers)
      return {
        credentials,
        key: got.get('x-api-key'),
        token: got.get('x-csrf-token'),
        workspace: got.get('x-workspace-id'),
      }
    }
    const own = { credentials: 'same-origin', key: null, workspace: null }
    await client.session.create({ apiKey: API_KEY, workspaceId: WORKSPACE })
    expect(sent()).toEqual({ ...own, token: null })
    await client.webhooks.get('wh')
    expect(sent()).toEqual({ ...own, token: null })
    await client.webhooks.test('wh', { eventKey: 'call.completed' })
    expect(sent()).toEqual({ ...own, token: SESSION.csrfToken })
    expect(inspect(client, { depth: 9 }) + JSON.stringify(client)).not.toContain(SESSION.csrfToken)
  })

  test('a client with a key takes the session that it signs in for, and sends its key no more', async () => {
    const keys: (string | null)[] = []
    const fetch = async (_: string, init: RequestInit) => {
      keys.push(new Headers(init.headers).get('x-api-key'))
      return new Response(JSON.stringify(SESSION))
    }
    const client = createClient({ baseUrl: 'https://timbre.example.com', apiKey: API_KEY, fetch })
    await client.session.get()
    await client.webhooks.get('wh')
    client.auth.setApiKey('another')
    await client.webhooks.get('wh')
    expect(keys).toEqual([API_KEY, null, 'another'])
  })

  test('a key and a session at once, neither of both, and a token that no header takes are wrong options', () => {
    const baseUrl = 'https://timbre.example.com'
    expect(() => createClient({ baseUrl, apiKey: API_KEY, session: {} })).toThrow('apiKey and session are both given')
    expect(() => createClient({ baseUrl })).toThrow('apiKey is missing')
    expect(() => createClient({ baseUrl, session: { csrfToken: 'a b' } })).toThrow('session.csrfToken')
  })
})
