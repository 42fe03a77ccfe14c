// Several nodes over one PostgreSQL: this file runs on PostgreSQL only.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { makeDatabase, runSql, type TestDatabase } from '../support/postgres/database.ts'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'
import { clockAhead } from '../support/wrong-clock.ts'

const EVENTS = 600
const DAY_MS = 24 * 3_600_000

let database: TestDatabase
let receiver: Receiver
let delayMs: number
let nodes: readonly [TimbreProcess, TimbreProcess]
beforeEach(async () => {
  delayMs = 20
  const certificates = await makeCertificates()
  database = await makeDatabase(inject('postgresUrl'), inject('postgresTemplate'))
  receiver = await new Receiver({ certificates, script: () => ({ delayMs }) }).start()
  const settings = { TIMBRE_MASTER_KEY: randomBytes(32).toString('base64') }
  const first = new TimbreProcess({ ca: certificates.ca, databaseUrl: database.url, settings })
  const same = { TIMBRE_BOOTSTRAP_WORKSPACE_ID: first.workspaceId, TIMBRE_BOOTSTRAP_API_KEY: first.apiKey }
  const second = new TimbreProcess({
    ca: certificates.ca,
    databaseUrl: database.url,
    settings: { ...settings, ...same },
  })
  nodes = [first, second]
  // At the same moment: both want to make the tables, the workspace and the key.
  await Promise.all(nodes.map((node) => node.start()))
})
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.destroy()))
  await receiver.stop()
  await database.drop()
})

const clients = () => {
  const [{ workspaceId, apiKey }] = nodes
  return nodes.map((node) => node.client({ workspaceId, apiKey }))
}

const receivedIds = () => receiver.requests.map(({ headers }) => String(headers['webhook-id']))

/** Publishes one by one at each node and keeps the ids of every 202; a node that is gone is no longer asked. */
async function publish(acknowledged: Set<string>): Promise<void> {
  await Promise.all(
    clients().map(async (client, nth) => {
      for (let count = 0; count < EVENTS / 2; count++) {
        const event = { type: 'call.completed', data: { call_id: `call-${nth}-${count}` } } as const
        const accepted = await client.events.publish(event, { timeoutMs: 2000 }).catch(() => undefined)
        if (accepted === undefined) return
        acknowledged.add(accepted.id)
      }
    }),
  )
}

async function subscribe(): Promise<void> {
  const [client] = clients()
  const webhook = await client?.webhooks.create({ url: receiver.url('/hook') })
  await client?.webhooks.createSubscription(webhook?.id ?? '', { eventKey: 'call.completed' })
}

test('two nodes deliver everything once between them', async () => {
  await subscribe()
  const acknowledged = new Set<string>()
  await publish(acknowledged)
  expect(acknowledged.size).toBe(EVENTS)
  await until(
    async () => new Set(receivedIds()).size,
    (count) => count === EVENTS,
    60_000,
  )
  expect(receiver.count).toBe(EVENTS)
})

test('when one is killed the other delivers what it had acknowledged', async () => {
  // Slow enough that the node that is killed holds much in memory and some in flight.
  delayMs = 400
  await subscribe()
  const acknowledged = new Set<string>()
  const publishing = publish(acknowledged)
  await until(
    async () => acknowledged.size,
    (count) => count >= EVENTS / 4,
    60_000,
  )
  await nodes[0].kill()
  await publishing
  const killedAt = Date.now()
  await until(
    async () => {
      const received = new Set(receivedIds())
      return [...acknowledged].filter((id) => !received.has(id)).length
    },
    (missing) => missing === 0,
    60_000,
  )
  console.log(
    `one of two nodes killed: ${acknowledged.size} acknowledged, lost 0, complete after ${Math.round((Date.now() - killedAt) / 1000)} s, ` +
      `sent twice ${receiver.count - new Set(receivedIds()).size}`,
  )
})

test('a key that is revoked and a type that is changed at one node are so at the other, although it uses them all the time', async () => {
  const [first, second] = nodes
  const [at] = clients()
  if (at === undefined) throw new Error('There are two nodes.')
  const key = await at.apiKeys.create({ name: 'k', scopes: ['events:write'] })
  const { workspaceId } = first
  const user = second.client({ workspaceId, apiKey: key.key ?? '', retry: { maxRetries: 0 } })
  await at.eventTypes.create({ key: 'own.changing', schema: { type: 'object' } })
  const publish = (data: Record<string, unknown>) =>
    user.events.publish({ type: 'own.changing', data }).then(
      () => 'accepted',
      (error: { readonly code?: string }) => String(error.code),
    )
  expect(await publish({})).toBe('accepted')
  // A copy is good for 10 s where nothing is heard: so long nobody waits here.
  await at.eventTypes.update('own.changing', { schema: { type: 'object', required: ['now'] } })
  await until(
    () => publish({}),
    (outcome) => outcome === 'INVALID_EVENT_DATA',
    5000,
  )
  expect(await publish({ now: 1 })).toBe('accepted')
  await at.apiKeys.revoke(key.id)
  await until(
    () => publish({ now: 1 }),
    (outcome) => outcome === 'API_KEY_INVALID',
    5000,
  )
})

test('an erasure that one node answers is known to the other, which holds the deliveries', async () => {
  const [first, second] = clients()
  if (first === undefined || second === undefined) throw new Error('There are two nodes.')
  const webhook = await first.webhooks.create({ url: receiver.url('/hook'), rateLimitPerSecond: 4 })
  await first.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  const publish = (callId: string) => second.events.publish({ type: 'call.completed', data: { call_id: callId } })
  for (let count = 0; count < 20; count++) await publish('call-erased')
  await receiver.waitFor(1)
  const erased = await first.events.eraseCall('call-erased')
  expect(erased).toMatchObject({ events: 20, unconfirmed: 0 })
  const before = receiver.count
  const { id } = await publish('call-kept')
  await until(
    async () => receivedIds(),
    (ids) => ids.includes(id),
  )
  // At most one was under way when it was erased.
  expect(receiver.count).toBeLessThanOrEqual(before + 2)
})

test('a node whose clock is 40 days ahead removes nothing that is not old, takes nothing of the other, and signs with the right time', async () => {
  const [right, wrong] = nodes
  await wrong.stop()
  const [client] = clients()
  if (client === undefined) throw new Error('There are two nodes.')
  const webhook = await client.webhooks.create({ url: receiver.url('/hook'), retrySchedule: [0, 3600] })
  await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  const publish = async (at = client) =>
    (await at.events.publish({ type: 'call.completed', data: { call_id: 'c' } })).id
  const [old = '', ...young] = await Promise.all(Array.from({ length: 10 }, () => publish()))
  await receiver.waitFor(10)
  receiver.answer({ status: 503 })
  const failing = await publish()
  await receiver.waitFor(11)
  receiver.answer({ hang: true })
  const held = await publish()
  await receiver.waitFor(12)
  receiver.answer({ status: 200 })
  await runSql(database.url, `UPDATE events SET accepted_at = accepted_at - ${31 * DAY_MS} WHERE id = '${old}'`)

  await wrong.start(clockAhead(40 * DAY_MS))
  // The other node looks again in ten minutes only: it is this one that removes what is old.
  const ids = async () => (await client.events.list({ limit: 100 })).data.map(({ id }) => id)
  await until(ids, (left) => !left.includes(old))
  expect((await ids()).toSorted()).toEqual([...young, failing, held].toSorted())
  const { workspaceId, apiKey } = right
  const published = await publish(wrong.client({ workspaceId, apiKey }))
  await until(
    async () => receivedIds(),
    (received) => received.includes(published),
  )
  for (const id of [failing, held]) expect(receivedIds().filter((received) => received === id)).toHaveLength(1)
  const last = receiver.requests.find(({ headers }) => headers['webhook-id'] === published)
  const signedAt = Number(last?.headers['webhook-timestamp']) * 1000
  expect(Math.abs(signedAt - Date.now())).toBeLessThan(DAY_MS)
})

test('a consumer that waits at one node gets what is accepted at the other, and its lease outlives the node', async () => {
  const [first, second] = clients()
  if (first === undefined || second === undefined) throw new Error('There are two nodes.')
  const webhook = await first.webhooks.create({ kind: 'pull', ordering: 'call', eventKeys: ['call.completed'] })
  const poll = (client: typeof first) =>
    client.webhooks.pullDeliveries(webhook.id, { waitSeconds: 30, leaseSeconds: 600 })
  const waiting = poll(first)
  const publish = () => second.events.publish({ type: 'call.completed', data: { call_id: 'call-1' } })
  const [one, two] = [await publish(), await publish()]
  const [item] = (await waiting).data
  expect(item?.headers['webhook-id']).toBe(one.id)
  // The second of the call waits for the end of the first, wherever that is told.
  const next = poll(second)
  await nodes[0].kill()
  const result = { deliveryId: item?.deliveryId ?? '', leaseToken: item?.leaseToken ?? '', status: 200 }
  const { data } = await second.webhooks.recordPullResults(webhook.id, [result])
  expect(data.map(({ counted }) => counted)).toEqual([true])
  expect((await next).data.map(({ headers }) => headers['webhook-id'])).toEqual([two.id])
})

test('a link is followed once, whichever node it is followed at, and a session that is ended at one node is gone at the other', async () => {
  const [first, second] = nodes
  const [at] = clients()
  if (at === undefined) throw new Error('There are two nodes.')
  const { link = '' } = await at.portalSessions.create({ capabilities: ['view'], expiresInSeconds: 3600 })
  const body = JSON.stringify({ portalToken: link.slice(link.indexOf('#') + 1) })
  const headers = { 'content-type': 'application/json' }
  const follow = (node: TimbreProcess) => fetch(`${node.address}/v1/session`, { method: 'POST', headers, body })
  const answers = await Promise.all([first, second, first, second].map(follow))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401])
  const cookie =
    answers
      .find(({ ok }) => ok)
      ?.headers.get('set-cookie')
      ?.split(';', 1)[0] ?? ''
  const statuses = () =>
    Promise.all(
      nodes.map(async ({ address }) => (await fetch(`${address}/v1/webhooks`, { headers: { cookie } })).status),
    )
  expect(await statuses()).toEqual([200, 200])
  await at.portalSessions.endAll()
  expect(await statuses()).toEqual([401, 401])
})
