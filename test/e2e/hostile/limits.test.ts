// Who asks for too much, by a key or by guessing keys, is told so, and nobody else notices.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { makeWorld, type World } from '../world.ts'
import { load } from './load.ts'
import { RawClient } from './raw-client.ts'

const METRICS_KEY = 'a-key-to-read-the-metrics'
let world: World

beforeAll(async () => {
  world = await makeWorld(
    {
      TIMBRE_LIMIT_MANAGE: '1',
      TIMBRE_LIMIT_FAILED_CREDENTIALS: '30',
      TIMBRE_TRUSTED_PROXIES: '127.0.0.0/8',
      TIMBRE_METRICS_KEY: METRICS_KEY,
    },
    // Test sends hang until the world ends.
    async () => new Promise(() => {}),
  )
})
afterAll(() => world.end())

interface Asked {
  readonly method?: string
  readonly key?: string
  readonly workspace?: string
  readonly from?: string
  readonly body?: unknown
}

function ask(path: string, { method = 'GET', from, ...asked }: Asked = {}): Promise<Response> {
  const { timbre } = world
  return fetch(timbre.address + path, {
    method,
    headers: {
      authorization: `Bearer ${asked.key ?? timbre.apiKey}`,
      'x-workspace-id': asked.workspace ?? timbre.workspaceId,
      ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  })
}

const publish = (asked: Asked = {}) =>
  ask('/v1/events', { method: 'POST', body: { type: 'call.completed', data: { call_id: randomUUID() } }, ...asked })

/** Waits until the metric is above a number: its text may be a tenth of a second old. */
function metricAbove(line: string, least: number): Promise<number> {
  const read = async () => {
    const text = await (await ask('/metrics', { key: METRICS_KEY })).text()
    const found = text.split('\n').find((one) => one.startsWith(`${line} `))
    return Number(found?.slice(line.length + 1))
  }
  return until(read, (value) => value > least)
}

describe('guessing keys', () => {
  const attacker = '198.51.100.7'

  test('ends with 429 for that address, and a key that is in use still passes from there', async () => {
    expect((await publish({ from: attacker })).status).toBe(202)
    const statuses: number[] = []
    for (let nth = 0; nth < load(80, 400); nth++) {
      const answer = await publish({ key: `sk_live_guess_${nth % 40}`, from: attacker })
      await answer.text()
      statuses.push(answer.status)
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(statuses.length / 4)
    expect((await publish({ from: attacker })).status).toBe(202)
  })

  test('shuts out nobody else, neither behind the same proxy nor by a header that nobody believes', async () => {
    expect((await publish({ key: 'sk_live_wrong', from: '198.51.100.8' })).status).toBe(401)
    expect((await publish({ key: 'sk_live_wrong', from: `198.51.100.8, ${attacker}` })).status).toBe(429)
  })

  test('is counted, and warned about with the address and without a key', async () => {
    await metricAbove('timbre_auth_failures_total{reason="api_key_invalid"}', 30)
    await metricAbove('timbre_rate_limited_total{class="failed_credentials"}', 0)
    const warnings = world.timbre.output.split('\n').filter((line) => line.includes('credentials were refused'))
    expect(warnings.length).toBeGreaterThan(0)
    expect(warnings.length).toBeLessThan(20)
    expect(warnings.join('')).toContain(attacker)
    expect(world.timbre.output).not.toMatch(/sk_live_(guess|wrong)/)
  })

  test('of the metrics is refused too', async () => {
    expect((await ask('/metrics', { key: 'sk_live_wrong', from: '198.51.100.9' })).status).toBe(401)
    expect((await fetch(`${world.timbre.address}/metrics`)).status).toBe(401)
  })
})

describe('a workspace past its limit', () => {
  test('gets 429 with the headers that say how to go on, in that class of routes only', async () => {
    const { timbre } = world
    const workspace = await ask('/v1/workspaces', { method: 'POST', key: timbre.adminKey, body: { name: 'Busy' } })
    const { id } = (await workspace.json()) as { id: string }
    const scopes = ['webhooks:read', 'webhooks:write', 'events:write']
    const made = await ask('/v1/api-keys', {
      method: 'POST',
      key: timbre.adminKey,
      workspace: id,
      body: { name: 'Busy', scopes },
    })
    const { key } = (await made.json()) as { key: string }
    const busy = { key, workspace: id }
    const answers: Response[] = []
    for (let nth = 0; nth < 80; nth++)
      answers.push(await ask(`/v1/webhooks/${randomUUID()}`, { method: 'DELETE', ...busy }))
    expect(answers.slice(0, 10).every(({ status }) => status === 404)).toBe(true)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(Object.fromEntries(refused[0]?.headers ?? [])).toMatchObject({
      'retry-after': '1',
      'ratelimit-limit': '10',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '10',
    })
    expect(await refused[0]?.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    await metricAbove('timbre_rate_limited_total{class="manage"}', 0)
    const read = await ask('/v1/webhooks', busy)
    expect([read.status, read.headers.get('ratelimit-limit')]).toEqual([200, '10000'])
    const published = await publish(busy)
    expect([published.status, published.headers.get('ratelimit-limit')]).toEqual([202, '200000'])
    expect((await ask(`/v1/webhooks/${randomUUID()}`, { method: 'DELETE' })).status).toBe(404)
  })
})

test('of test sends to a receiver that hangs five are under way, and the others are refused at once', async () => {
  const webhook = await world.subscribe()
  const attacker = new RawClient(world.timbre.address)
  const body = '{"eventKey":"call.completed"}'
  const bytes =
    `POST /v1/webhooks/${webhook.id}/test HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world.timbre.apiKey}\r\n` +
    `x-workspace-id: ${world.timbre.workspaceId}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const statuses: string[] = []
  let open = 0
  const all = load(20, 90)
  await new Promise<void>((resolve) => {
    for (let nth = 0; nth < all; nth++) {
      void attacker.open(bytes, { reads: false }).then((socket) => {
        open++
        socket.on('data', (chunk) => {
          statuses.push(String(chunk).slice(9, 12))
          if (statuses.length === all - 5) resolve()
        })
        socket.resume()
      })
    }
  })
  expect(open).toBe(all)
  expect(new Set(statuses)).toEqual(new Set(['429']))
  expect((await publish()).status).toBe(202)
  attacker.close()
})
