import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { EngineApi } from '../../engine/engine.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest | undefined
const never = () => Promise.reject(new Error('nothing was to come so far'))

afterEach(async () => {
  await api?.stop()
  api = undefined
})

/** Listens, because what is shed never comes to where tests usually knock. */
async function listening(admit: EngineApi['admit']) {
  const engine = {
    admit,
    accept: never,
    sendExample: never,
    eraseCall: never,
    webhookChanged() {},
    webhookDeleted() {},
    wake() {},
    pulls: { pull: never, record: never, extend: never },
  }
  api = await startApi({ engine })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  const address = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}` // a TCP server has one
  const { ours } = api
  return (path: string, init: RequestInit = {}) =>
    fetch(address + path, {
      ...init,
      headers: {
        'x-api-key': ours.key,
        'x-workspace-id': ours.id,
        'content-type': 'application/json',
        ...init.headers,
      },
    })
}

describe('a publish request that is not let in', () => {
  test.each(['/v1/events', '/v1/events/batch'])('gets a 429 at %s in the form of every response', async (path) => {
    const ask = await listening(() => ({ retryAfterSeconds: 3 }))
    const headers = { 'x-request-id': 'find-me' }
    const response = await ask(path, { method: 'POST', body: 'not even JSON', headers })
    expect(response.status).toBe(429)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'retry-after': '3',
      'x-request-id': 'find-me',
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
    expect(await response.json()).toEqual({
      code: 'TOO_MANY_REQUESTS',
      message: 'Too many requests. Try again after 3 s.',
      details: { retryAfterSeconds: 3 },
    })
  })

  test('is told so in the language that it asks for', async () => {
    const ask = await listening(() => ({ retryAfterSeconds: 7 }))
    const response = await ask('/v1/events', { method: 'POST', body: '{}', headers: { 'accept-language': 'es' } })
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('después de 7 s') })
  })

  test('takes no other route with it', async () => {
    const ask = await listening(() => ({ retryAfterSeconds: 3 }))
    expect((await ask('/v1/events')).status).toBe(200)
    expect((await ask('/v1/webhooks')).status).toBe(200)
    expect((await ask('/health/ready')).status).toBe(200)
  })
})
