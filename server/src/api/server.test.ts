// The HTTP server itself: faults, readiness, broken HTTP, the documentation.
// Must never leave a port open.
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { Refusal } from '@timbre/contract/errors.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi, testMetrics } from './testing/test-api.ts'

let api: ApiUnderTest | undefined

afterEach(async () => {
  await api?.stop()
  api = undefined
})

describe('a fault of ours', () => {
  test('is a 500 without internals, logged under the id of the request', async () => {
    api = await startApi({
      metricsPage: testMetrics(() => Promise.reject(new Error('secret internals at /var/lib'))),
    })
    const answer = await api.call({ url: '/metrics', headers: { 'x-request-id': 'find-me' } })
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR', details: {} } })
    expect(answer.text).not.toMatch(/internals|var\/lib|stack/)
    expect(answer.headers['x-request-id']).toBe('find-me')
    expect(api.logged()).toContain('find-me')
    expect(api.logged()).toContain('secret internals')
  })

  test('of the store is a 500 too, and nothing of it is told', async () => {
    api = await startApi()
    await api.call({ url: '/v1/webhooks' })
    await api.storage.stop()
    const answer = await api.call({ method: 'POST', url: '/v1/webhooks', body: { url: 'https://receiver.invalid/' } })
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR', details: {} } })
    expect(answer.text).not.toMatch(/storage|sqlite/i)
  })
})

describe('readiness', () => {
  test('is 503 with Retry-After while starting and stopping, and 200 in between', async () => {
    const readiness: { state: 'ok' | 'starting' | 'stopping' } = { state: 'ok' }
    api = await startApi({ readiness })
    for (const [now, status] of [
      ['starting', 503],
      ['ok', 200],
      ['stopping', 503],
    ] as const) {
      readiness.state = now
      expect((await api.call({ url: '/health/ready' })).status).toBe(status)
      expect((await api.call({ url: '/v1/webhooks' })).status).toBe(status)
      expect(await api.call({ url: '/health/live' })).toMatchObject({
        status: 200,
        body: { status: 'ok', version: '0.0.0-test' },
      })
    }
    const answer = await api.call({ url: '/v1/webhooks' })
    expect(answer.body).toMatchObject({ code: 'NOT_READY', details: { status: 'stopping' } })
    expect(answer.headers['retry-after']).toBe('1')
  })

  test('ends with the close: what was begun is answered, what comes later gets a 503, and no connection stays', async () => {
    let letGo = () => {}
    const held = new Promise<string>((resolve) => {
      letGo = () => resolve('done')
    })
    const readiness: { state: 'ok' | 'stopping' } = { state: 'ok' }
    api = await startApi({ metricsPage: testMetrics(() => held), readiness })
    const port = await listen(api)
    const [begun, late] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    const [begunText, lateText] = [gather(begun), gather(late)]
    begun.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n')
    late.write('GET /v1/webhooks HTTP/1.1\r\nhost: x\r\n')
    await pause()
    readiness.state = 'stopping'
    const closing = api.app.close()
    late.write('\r\n')
    await lateText
    letGo()
    await closing
    expect(await begunText).toMatch(/^HTTP\/1\.1 200 .*connection: close.*done/is)
    expect(await lateText).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"NOT_READY"/is)
  })
})

describe('when too much waits', () => {
  test('the response is 429 with Retry-After', async () => {
    const refused = () => Promise.reject(new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: 3 }))
    api = await startApi({
      engine: {
        admit: () => undefined,
        accept: refused,
        sendExample: refused,
        eraseCall: refused,
        webhookChanged: () => {},
        webhookDeleted: () => {},
        wake: () => {},
        pulls: { pull: refused, record: refused, extend: refused },
      },
    })
    const answer = await api.call({ method: 'POST', url: '/v1/events', body: { type: 'tool.invoked', data: {} } })
    expect(answer).toMatchObject({
      status: 429,
      body: { code: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 3 } },
    })
    expect(answer.headers['retry-after']).toBe('3')
    expect(answer.body.message).toContain('3 s')
  })
})

describe('broken HTTP', () => {
  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['two lengths', 'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['endless headers', `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('(%s) is answered in the form of the contract and the connection is closed', async (_, text, status) => {
    api = await startApi()
    const socket = connect(await listen(api), '127.0.0.1')
    const answer = gather(socket)
    socket.write(text)
    const [head = '', body = ''] = (await answer).split('\r\n\r\n')
    expect(head).toContain(`HTTP/1.1 ${status}`)
    expect(JSON.parse(body)).toMatchObject({ code: 'INVALID_INPUT', details: {} })
  })

  test('of a body that breaks off stores nothing and is no fault', async () => {
    api = await startApi()
    const before = api.counts()
    const port = await listen(api)
    const socket = connect(port, '127.0.0.1')
    const { key, id } = api.ours
    socket.write(`POST /v1/events HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\nx-workspace-id: ${id}\r\n`)
    socket.write('content-type: application/json\r\ncontent-length: 100\r\n\r\n{"type":"tool.invoked","data":{}}')
    await pause()
    socket.destroy()
    await pause()
    expect(api.counts()).toEqual(before)
    expect(api.logged()).not.toContain('a request failed')
  })

  test('of a chunked body beyond the limit is cut off with 413', async () => {
    api = await startApi()
    const port = await listen(api)
    const { key, id } = api.ours
    const status = await new Promise((resolve, reject) => {
      const headers = { 'x-api-key': key, 'x-workspace-id': id, 'content-type': 'application/json' }
      const client = request({ port, host: '127.0.0.1', method: 'POST', path: '/v1/webhooks', headers }, (response) =>
        resolve(response.resume().statusCode),
      )
      client.on('error', reject)
      client.write('x'.repeat(40_000))
      client.write('x'.repeat(40_000))
    })
    expect(status).toBe(413)
  })
})

describe('the documentation', () => {
  test('is served from here alone, under a policy that forbids everything else', async () => {
    api = await startApi()
    const page = await api.call({ url: '/docs', key: null })
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    expect(page.text).not.toMatch(/(src|href)="https?:/)
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]))
    expect(files.length).toBeGreaterThan(4)
    for (const file of files) {
      const path = new URL(file, 'http://x/docs').pathname
      expect([path, (await api.call({ url: path })).status]).toEqual([path, 200])
    }
    expect((await api.call({ url: '/docs/json' })).body.openapi).toBe('3.1.0')
    expect((await api.call({ url: '/openapi.json' })).body.info.version).toBe('0.0.0-test')
  })

  test('and the metrics are open, as text', async () => {
    api = await startApi()
    const metrics = await api.call({ url: '/metrics', key: null, workspace: null })
    expect(metrics).toMatchObject({ status: 200, text: 'timbre_test 1\n' })
    expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  })
})

describe('what describes the service', () => {
  test('is given again only to who has not got it yet', async () => {
    api = await startApi()
    for (const url of ['/openapi.json', '/docs', '/docs/static/swagger-ui-bundle.js', '/sdk.tgz']) {
      const first = await api.call({ url, key: null })
      const { etag } = first.headers
      expect(etag, url).toMatch(/^"[\w-]{27}"$/)
      const again = await api.call({ url, key: null, headers: { 'if-none-match': String(etag) } })
      expect([again.status, again.text]).toEqual([304, ''])
      expect(await api.call({ method: 'HEAD', url, key: null })).toMatchObject({ status: 200, text: '' })
    }
    expect((await api.call({ url: '/docs/static/..%2Fpackage.json', key: null })).status).toBe(404)
    expect((await api.call({ url: '/docs/static/constructor', key: null })).status).toBe(404)
  })

  test('has the SDK with it, as a file to keep', async () => {
    let packed: Buffer | undefined
    let reads = 0
    const sdkPackage = () => {
      reads++
      return packed
    }
    api = await startApi({ sdkPackage })
    for (let time = 0; time < 3; time++) expect((await api.call({ url: '/sdk.tgz', key: null })).status).toBe(404)
    expect(api.logged().match(/npm run sdk:pack/g)).toHaveLength(1)
    packed = Buffer.from('packed while it runs')
    reads = 0
    for (let time = 0; time < 3; time++) {
      expect(await api.call({ url: '/sdk.tgz', key: null })).toMatchObject({
        status: 200,
        text: 'packed while it runs',
        headers: {
          'content-type': 'application/gzip',
          'content-length': '20',
          'content-disposition': expect.stringMatching(/^attachment; filename="[\w-]+\.tgz"$/),
          'cache-control': 'no-cache',
          'x-content-type-options': 'nosniff',
          'x-request-id': expect.any(String),
        },
      })
    }
    expect(reads).toBe(1)
    expect(await api.call({ method: 'HEAD', url: '/sdk.tgz', key: null })).toMatchObject({
      text: '',
      headers: { 'content-length': '20' },
    })
  })

  test('can be left out, and the metrics can be elsewhere', async () => {
    api = await startApi({ hasDocs: false, metricsPage: undefined })
    for (const url of ['/openapi.json', '/docs', '/docs/', '/docs/static/timbre.css', '/sdk.tgz', '/metrics'])
      expect([url, (await api.call({ url, key: null })).status]).toEqual([url, 404])
    expect((await api.call({ method: 'POST', url: '/metrics', key: null })).status).toBe(404)
  })

  test('is for reading: everything else is 405 with Allow', async () => {
    api = await startApi()
    const answer = await api.call({ method: 'DELETE', url: '/openapi.json', key: null })
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  test('and the metrics may have a key', async () => {
    api = await startApi({ metricsPage: testMetrics(async () => 'timbre_test 1\n', 'a-key-to-read-with') })
    const refused = await api.call({ url: '/metrics', key: null })
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    expect((await api.call({ url: '/metrics', key: 'another-key-to-read' })).status).toBe(401)
    expect((await api.call({ url: '/metrics', key: 'a-key-to-read-with' })).text).toBe('timbre_test 1\n')
  })
})

async function listen({ app }: ApiUnderTest): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

function gather(socket: ReturnType<typeof connect>): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

/** Long enough for bytes to arrive on the loopback interface. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50))
}
