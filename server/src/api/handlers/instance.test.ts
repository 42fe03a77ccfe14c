// What an operator sees of the installation, through the API: all workspaces together, and for nobody without the admin key.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { settingsInForce, settingsInSpanish } from '../../shown-settings.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

const SECRET = 'hush-4f0c9d-and-more'

let api: ApiUnderTest
let server: Server

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume()
    response.writeHead(request.url === '/bad' ? 503 : 200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const settings = settingsInForce({ TIMBRE_PORT: '9000', TIMBRE_ADMIN_KEY: SECRET })
  const inBoth = { en: settings, es: settingsInSpanish(settings) }
  api = await startApi({
    allowHttpLoopback: true,
    refuseTarget: () => undefined,
    facts: { backend: 'sqlite', startedAt: 1, settings: inBoth, freeBytesBeside: async () => 5_000_000 },
  })
})
afterEach(async () => {
  await api.stop()
  server.closeAllConnections()
  server.close()
})

const asAdmin = async (url: string) => (await api.call({ url, key: api.adminKey, workspace: null })).body

async function publish(workspace: typeof api.ours, path: string, count: number): Promise<string> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const of = { key: workspace.key, workspace: workspace.id, method: 'POST' } as const
  const webhook = await api.call({ ...of, url: '/v1/webhooks', body: { url, eventKeys: ['call.completed'] } })
  const events = Array.from({ length: count }, (_, nth) => ({ type: 'call.completed', data: { call_id: `c${nth}` } }))
  expect((await api.call({ ...of, url: '/v1/events/batch', body: { events } })).status).toBe(202)
  return webhook.body.id
}

test('statistics are those of all workspaces, with the causes of what failed in words', async () => {
  await publish(api.ours, '/hook', 3)
  await publish(api.theirs, '/bad', 2)
  const { total, causes } = await until(
    () => asAdmin('/v1/instance/stats'),
    (stats) => stats.total.attempts >= 5,
  )
  expect(total).toMatchObject({ attempts: 5, succeeded: 3, deliveriesSucceeded: 3 })
  expect(causes).toEqual([
    { cause: 'status_5xx', count: 2, message: 'The receiver fails itself (5xx).', advice: expect.any(String) },
  ])
})

test('the backlog names the webhook that has most, with its workspace, since when it fails and what it waits for', async () => {
  const webhookId = await publish(api.theirs, '/bad', 2)
  const backlog = await until(
    () => asAdmin('/v1/instance/backlog'),
    ({ queuedBy }) => queuedBy.retry === 2,
  )
  expect(backlog).toMatchObject({ queued: 2, queuedIsExact: true, oldestDueAt: null, drainSeconds: null })
  expect(backlog.webhooks).toEqual([
    expect.objectContaining({
      workspaceId: api.theirs.id,
      workspaceName: 'Theirs',
      webhookId,
      failingSince: expect.any(String),
      backlog: expect.objectContaining({ pending: 2, nextAttemptAt: expect.any(String) }),
    }),
  ])
})

test('the busiest workspaces are those whose deliveries ended', async () => {
  await publish(api.theirs, '/hook', 2)
  const busy = await until(
    async () => {
      await api.storage.foldStatistics({ rowsMax: 500, webhooksMax: 64 })
      return asAdmin('/v1/instance/busy-workspaces')
    },
    ({ data }) => data[0]?.deliveriesSucceeded === 2,
  )
  expect(busy.data).toEqual([{ id: api.theirs.id, name: 'Theirs', deliveriesSucceeded: 2, deliveriesFailed: 0 }])
})

test('the instance tells its nodes, its storage and its settings, and no secret', async () => {
  const instance = await asAdmin('/v1/instance')
  expect(instance.nodes).toEqual([expect.objectContaining({ id: null, isThis: true, isLive: true })])
  expect(instance.storage).toMatchObject({ backend: 'sqlite', daysLeft: null })
  expect(instance.storage.bytes).toBeGreaterThan(0)
  expect(instance.storage.freeBytes).toBeGreaterThanOrEqual(5_000_000)
  const settings = new Map(instance.settings.map((one: { name: string; value: string }) => [one.name, one.value]))
  expect([settings.get('TIMBRE_PORT'), settings.get('TIMBRE_ADMIN_KEY')]).toEqual(['9000', 'from the environment'])
  expect(JSON.stringify(instance)).not.toContain(SECRET)
})

test('what a setting does, and where a secret came from, is told in the language of the reader', async () => {
  const of = { url: '/v1/instance', key: api.adminKey, workspace: null, headers: { 'accept-language': 'es' } }
  const { settings } = (await api.call(of)).body
  const named = (wanted: string) => settings.find(({ name }: { name: string }) => name === wanted)
  expect(named('TIMBRE_PORT')).toMatchObject({
    value: '9000',
    unit: 'puerto',
    help: expect.stringContaining('escucha'),
  })
  expect(named('TIMBRE_ADMIN_KEY').value).toBe('del entorno')
})

test.each(['/v1/instance', '/v1/instance/stats', '/v1/instance/backlog', '/v1/instance/busy-workspaces'])(
  '%s is for the admin key only',
  async (url) => {
    expect((await api.call({ url })).status).toBe(403)
  },
)
