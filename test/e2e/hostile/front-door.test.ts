// Somebody without a key, or with a key of one workspace, at the front door: it stays open for whoever publishes, and costs no
// more than a fixed amount.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { load } from './load.ts'
import { processCost } from './process-cost.ts'
import { RawClient } from './raw-client.ts'

const PER_ADDRESS = 300
const timbre = new TimbreProcess({ settings: { TIMBRE_MAX_CONNECTIONS_PER_ADDRESS: String(PER_ADDRESS) } })
let attacker: RawClient

beforeAll(() => timbre.start())
afterAll(() => timbre.destroy())
beforeEach(() => {
  attacker = new RawClient(timbre.address)
})
afterEach(() => attacker.close())

async function publish(): Promise<number> {
  const answer = await fetch(`${timbre.address}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${timbre.apiKey}`,
      'x-workspace-id': timbre.workspaceId,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ type: 'call.completed', data: { call_id: randomUUID() } }),
  })
  await answer.text()
  return answer.status
}

async function publishMany(): Promise<number[]> {
  const statuses: number[] = []
  for (let nth = 0; nth < load(20, 100); nth++) statuses.push(await publish())
  return [...new Set(statuses)]
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${timbre.address}/metrics`)).text()
  return Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`
const publishHead = (more: string, key: string | null = timbre.apiKey, path = '/v1/events') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${key === null ? '' : `authorization: Bearer ${key}\r\n`}` +
  `x-workspace-id: ${timbre.workspaceId}\r\ncontent-type: application/json\r\n${more}\r\n\r\n`

describe('requests whose responses nobody reads', () => {
  test.each(['/docs/static/swagger-ui-bundle.js', '/openapi.json', '/sdk.tgz', '/metrics', '/nope'])(
    'cost one answer for each connection, and one open file (%s)',
    async (path) => {
      await (await fetch(timbre.address + path)).text()
      const before = processCost(timbre.pid)
      const connections = load(20, 100)
      for (let nth = 0; nth < connections; nth++) await attacker.open(get(path).repeat(900), { reads: false })
      await until(
        () => metric('timbre_connections_cut_total{reason="pipelined"}'),
        (cut) => cut >= connections,
      )
      expect(await publishMany()).toEqual([202])
      const after = processCost(timbre.pid)
      expect(after.residentMib - before.residentMib).toBeLessThan(100)
      expect(after.openFiles - before.openFiles).toBeLessThan(connections + 50)
    },
  )

  test('one on each connection: the files of /docs are read from memory', async () => {
    const before = processCost(timbre.pid)
    const connections = load(50, 200)
    for (let nth = 0; nth < connections; nth++) {
      await attacker.open(get('/docs/static/swagger-ui-bundle.js'), { reads: false })
    }
    expect(await publishMany()).toEqual([202])
    const after = processCost(timbre.pid)
    expect(after.residentMib - before.residentMib).toBeLessThan(100)
    expect(after.openFiles - before.openFiles).toBeLessThan(connections + 50)
  })
})

describe('bodies that are announced and do not come', () => {
  const BATCH = '/v1/events/batch'
  test.each([
    ['with a key', () => timbre.apiKey],
    ['without a key', () => null],
    ['with a wrong key', () => 'sk_live_wrong'],
  ])('(%s) refuse nobody', async (_, key) => {
    for (let nth = 0; nth < 4; nth++) await attacker.open(publishHead('content-length: 8388608', key(), BATCH))
    for (let nth = 0; nth < load(70, 200); nth++) await attacker.open(publishHead('content-length: 65536', key()))
    expect(await metric('timbre_publish_body_bytes')).toBe(0)
    expect(await publishMany()).toEqual([202])
  })

  test('but for a byte, with a key, refuse nobody either, and take bounded memory', async () => {
    const before = processCost(timbre.pid)
    for (let nth = 0; nth < load(8, 40); nth++) {
      await attacker.open(publishHead('content-length: 4194304', timbre.apiKey, BATCH) + 'x'.repeat(4_194_303))
    }
    for (let nth = 0; nth < load(60, 200); nth++) {
      await attacker.open(publishHead('content-length: 65536') + 'x'.repeat(65_535))
    }
    expect(await publishMany()).toEqual([202])
    expect(await metric('timbre_publish_body_bytes')).toBeLessThanOrEqual(20 * 1024 * 1024)
    expect(processCost(timbre.pid).residentMib - before.residentMib).toBeLessThan(150)
  })

  test('in pieces of a byte, without a key: the connection is closed with the response', async () => {
    const pieces = '1\r\nx\r\n'.repeat(20_000)
    const text = await attacker.exchange(publishHead('transfer-encoding: chunked', 'sk_live_wrong') + pieces)
    expect(text).toMatch(/^HTTP\/1\.1 (401|429) [\s\S]*\r\nconnection: close\r\n/i)
  })

  test('in pieces of a byte, with a key: refused before they are many', async () => {
    const pieces = `${'1\r\n \r\n'.repeat(20_000)}0\r\n\r\n`
    const text = await attacker.exchange(publishHead('transfer-encoding: chunked') + pieces)
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*too many pieces/)
  })
})

test('more connections than one address may have push out the oldest without a key, and nobody who publishes', async () => {
  const header = `x-long: ${'x'.repeat(14_000)}\r\n`
  for (let nth = 0; nth < PER_ADDRESS + load(100, 1500); nth++) {
    await attacker.open(`GET /health/live HTTP/1.1\r\nhost: x\r\n${header}`)
    if (nth % 50 === 0) expect(await publish()).toBe(202)
  }
  expect(await publishMany()).toEqual([202])
  expect(await metric('timbre_connections')).toBeLessThanOrEqual(PER_ADDRESS)
})

describe('what is not quite HTTP gets a response in the form of all responses', () => {
  const body = '{"type":"call.completed","data":{"call_id":"c"}}'
  const length = `content-length: ${body.length}`
  const rows: [string, () => string, number][] = [
    ['nonsense', () => 'nonsense\r\n\r\n', 400],
    ['two Host headers', () => 'GET /health/live HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n', 400],
    ['no Host header', () => 'GET /health/live HTTP/1.1\r\n\r\n', 400],
    ['another version', () => 'GET /health/live HTTP/2.0\r\nhost: x\r\n\r\n', 400],
    ['a length and chunks', () => publishHead(`${length}\r\ntransfer-encoding: chunked`) + body, 400],
    ['endless headers', () => `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a tunnel', () => 'CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405],
    ['an expectation', () => publishHead(`${length}\r\nexpect: a-miracle`) + body, 417],
    ['an encoded body', () => publishHead(`${length}\r\ncontent-encoding: gzip`) + body, 415],
    [
      'an encoded body on another route',
      () => `${publishHead('content-length: 2\r\ncontent-encoding: br', timbre.apiKey, '/v1/webhooks')}{}`,
      415,
    ],
    ['an encoded transfer', () => `${publishHead('transfer-encoding: gzip, chunked')}0\r\n\r\n`, 415],
  ]
  test.each(rows)('(%s)', async (_, bytes, status) => {
    const text = await attacker.exchange(bytes(), (sofar) => /\r\n\r\n\{.*\}$/.test(sofar))
    const [head = '', json = ''] = text.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toMatch(/\r\nx-request-id: \S+/i)
    expect(head).toMatch(/\r\nx-content-type-options: nosniff/i)
    expect(head).toMatch(/\r\ncontent-security-policy: default-src 'none'/i)
    expect(JSON.parse(json)).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) })
  })

  test('a body that waits to be asked for is asked for once the key is known to be good, and not before', async () => {
    const expecting = `${length}\r\nexpect: 100-continue`
    const asked = await attacker.exchange(publishHead(expecting), (text) => text.includes('\r\n\r\n'))
    expect(asked).toMatch(/^HTTP\/1\.1 100 Continue/)
    const refused = await attacker.exchange(publishHead(expecting, 'sk_live_wrong'), (text) => text.endsWith('}'))
    expect(refused).toMatch(/^HTTP\/1\.1 (401|429) /)
  })

  test('a client that sends its next request as soon as it has its response is no attacker', async () => {
    let answers = 0
    const requests = load(200, 5000)
    const socket = await attacker.open(publishHead(length) + body, { reads: false })
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        answers += String(chunk).split('HTTP/1.1 202').length - 1
        if (answers === requests) resolve()
        else socket.write(publishHead(length) + body)
      })
      socket.on('close', () => resolve())
      socket.resume()
    })
    expect(answers).toBe(requests)
  })
})
