// Owns the attacks of a key on what is not its own: answers that were kept for another key, history, credentials of receivers, volumes.
// Plays them against a real process. Must never reach beyond 127.0.0.1.
import type { Scope } from '@getsupervisor/agents-studio-sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { load } from './load.ts'

const EVERY_SCOPE: Scope[] = [
  'webhooks:read',
  'webhooks:write',
  'events:read',
  'events:write',
  'events:erase',
  'event-types:read',
  'event-types:write',
  'api-keys:read',
  'api-keys:write',
]

let timbre: TimbreProcess
beforeAll(async () => {
  timbre = await new TimbreProcess().start()
})
afterAll(() => timbre.destroy())

interface Answer {
  readonly status: number
  readonly replayed: string | null
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  by: { key?: string; once?: string } = {},
): Promise<Answer> {
  const response = await fetch(timbre.address + path, {
    method,
    headers: {
      'x-api-key': by.key ?? timbre.apiKey,
      'x-workspace-id': timbre.workspaceId,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(by.once === undefined ? {} : { 'idempotency-key': by.once }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const replayed = response.headers.get('idempotency-replayed')
  return { status: response.status, replayed, text, body: text === '' ? undefined : JSON.parse(text) }
}

async function makeKey(...scopes: readonly Scope[]): Promise<string> {
  return (await call('POST', '/v1/api-keys', { name: 'k', scopes })).body.key
}

const auditEntries = async () =>
  (await call('GET', '/v1/audit-log?limit=250', undefined, { key: timbre.adminKey })).body.data

describe('by guessing an Idempotency-Key and its body', () => {
  test('a narrower key gets the wider key that was made with it in no way', async () => {
    const body = { name: 'deploy', scopes: EVERY_SCOPE }
    const made = await call('POST', '/v1/api-keys', body, { once: 'deploy' })
    expect(made.status).toBe(201)
    const narrow = await makeKey('api-keys:write')
    const attack = await call('POST', '/v1/api-keys', body, { key: narrow, once: 'deploy' })
    expect(attack).toMatchObject({ status: 403, replayed: null, body: { code: 'SCOPE_MISSING' } })
    expect(attack.text).not.toContain(made.body.key)
  })

  test('nobody sees a key or a secret a second time, not even who made it', async () => {
    const { body: webhook } = await call('POST', '/v1/webhooks', { url: 'https://receiver.invalid/' })
    const rotate = `/v1/webhooks/${webhook.id}/secret/rotate`
    for (const [path, body, member] of [
      ['/v1/api-keys', { name: 'once', scopes: ['events:read'] }, 'key'],
      [rotate, {}, 'secret'],
    ] as const) {
      const first = await call('POST', path, body, { once: `reveal${member}` })
      const secret: string = first.body[member]
      expect(secret.length).toBeGreaterThan(15)
      const entries = (await auditEntries()).length
      const again = await call('POST', path, body, { once: `reveal${member}` })
      expect([again.status, again.replayed]).toEqual([first.status, 'true'])
      expect(again.text).not.toContain(secret)
      expect(await auditEntries()).toHaveLength(entries)
      const other = await call('POST', path, body, { once: `reveal${member}`, key: await makeKey(...EVERY_SCOPE) })
      expect(other.replayed).toBeNull()
      expect(other.text).not.toContain(secret)
    }
  })

  test('nobody is kept from publishing: two keys that count alike do not meet', async () => {
    const keys = [timbre.apiKey, await makeKey('events:write'), timbre.adminKey]
    const event = (nth: number) => ({ type: 'tool.invoked', data: { call_id: `by ${nth}` } })
    for (let count = 0; count < load(5, 200); count++) {
      const publish = (key: string, nth: number) =>
        call('POST', '/v1/events', event(nth), { key, once: `order-${count}` })
      const answers = await Promise.all(keys.map(publish))
      expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual(keys.map(() => [202, null]))
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(keys.length)
      const again = await Promise.all(keys.map(publish))
      expect(again.map(({ replayed, body }) => [replayed, body.id])).toEqual(
        answers.map(({ body }) => ['true', body.id]),
      )
    }
  })
})

describe('with a key that has other scopes', () => {
  test('a publisher does not erase', async () => {
    const key = await makeKey('events:write', 'events:read')
    const attack = await call('POST', '/v1/erasures', { callId: 'x' }, { key })
    expect(attack).toMatchObject({ status: 403, body: { details: { scope: 'events:erase' } } })
    const eraser = await makeKey('events:erase')
    expect((await call('POST', '/v1/erasures', { callId: 'x' }, { key: eraser })).status).toBe(200)
  })

  test('a reader does not see what the receivers are sent as credentials', async () => {
    const headers = { 'X-Token': 'the-token-of-the-receiver' }
    const { body } = await call('POST', '/v1/webhooks', { url: 'https://receiver.invalid/', headers })
    const key = await makeKey('webhooks:read', 'events:read', 'api-keys:read', 'event-types:read')
    for (const path of ['/v1/webhooks?limit=100', `/v1/webhooks/${body.id}`]) {
      const seen = await call('GET', path, undefined, { key })
      expect(seen.status).toBe(200)
      expect(seen.text).toContain('X-Token')
      expect(seen.text).not.toContain('the-token-of-the-receiver')
    }
  })
})

describe('by reading cursors', () => {
  test('nobody learns how much there is, and none of another workspace or list is taken', async () => {
    for (let count = 0; count < 4; count++) await call('POST', '/v1/events', { type: 'tool.invoked', data: {} })
    const cursors: string[] = []
    for (let after = ''; cursors.length < 3; ) {
      const { meta } = (await call('GET', `/v1/events?limit=1${after}`)).body
      cursors.push(meta.nextCursor)
      after = `&after=${meta.nextCursor}`
    }
    for (const cursor of cursors) {
      const bytes = Buffer.from(cursor, 'base64url')
      expect(bytes.toString('latin1')).not.toMatch(/events|\d{1,}:/)
      expect(bytes).toHaveLength(24)
    }
    expect((await call('GET', `/v1/deliveries?after=${cursors[0]}`)).body.code).toBe('INVALID_CURSOR')
    const before = (await call('GET', `/v1/events?limit=1&after=${cursors[0]}`)).body
    expect(await timbre.stop()).toBe(0)
    await timbre.start()
    expect((await call('GET', `/v1/events?limit=1&after=${cursors[0]}`)).body).toEqual(before)
  })
})

test.each([
  'https:\\\\localhost:22',
  'https:localhost',
  'https://@example.com/',
  'https://.',
  'https://EXAMPLE.com/',
  'https://exämple.com/',
  'https://[::ffff:127.0.0.5]/',
])('a URL that reads as another than it reaches is not stored: %s', async (url) => {
  const total = (await call('GET', '/v1/webhooks')).body.meta.total
  expect(await call('POST', '/v1/webhooks', { url })).toMatchObject({ status: 400, body: { code: 'URL_NOT_ALLOWED' } })
  expect((await call('GET', '/v1/webhooks')).body.meta.total).toBe(total)
})
