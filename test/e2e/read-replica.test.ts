// Lists from a real streaming standby (DATABASE_READ_URL): this file runs on PostgreSQL only.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@getsupervisor/agents-studio-sdk'
import pg from 'pg'
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { PostgresServer } from '../support/postgres/postgres-server.ts'
import { makeStandby } from '../support/postgres/replica.ts'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

const SERVER_SETTINGS = {
  max_connections: '60',
  shared_buffers: '64MB',
  wal_keep_size: '256MB',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
}
/** A standby that waits for no question that is in its way. */
const IMPATIENT = { max_standby_streaming_delay: '0' }
/** After a fault the standby is left alone for 30 s. */
const USED_AGAIN_MS = 45_000
const SAID = 'the replica does not answer'

interface World {
  readonly primary: PostgresServer
  readonly standby: PostgresServer
  readonly timbre: TimbreProcess
  readonly receiver: Receiver
  readonly client: Client
  /** Connections of this test to either. */
  readonly onPrimary: pg.Client
  onStandby: pg.Client
}

let world: World | undefined
let whyNot = ''
beforeAll(async () => {
  const primary = await ownServer()
  if (primary === undefined) return
  const standby = await makeStandby(primary, IMPATIENT)
  const certificates = await makeCertificates()
  const receiver = await new Receiver({ certificates, script: () => ({}) }).start()
  const settings = { DATABASE_READ_URL: standby.url }
  const timbre = new TimbreProcess({ ca: certificates.ca, databaseUrl: primary.url, settings })
  await timbre.start()
  const [onPrimary, onStandby] = [await connected(primary), await connected(standby)]
  world = { primary, standby, timbre, receiver, client: timbre.client(), onPrimary, onStandby }
})
afterAll(async () => {
  if (world === undefined) return
  await world.timbre.destroy()
  await Promise.all([world.receiver.stop(), world.onPrimary.end(), world.onStandby.end()])
  await Promise.all([world.standby.remove(), world.primary.remove()])
})

/** A streaming standby needs the files of its primary: the server of TEST_DATABASE_URL will not do. */
async function ownServer(): Promise<PostgresServer | undefined> {
  try {
    const server = await PostgresServer.make(SERVER_SETTINGS)
    await server.start()
    return server
  } catch (error) {
    if (!process.env['TEST_DATABASE_URL']) throw error
    whyNot = `no PostgreSQL of our own can be started: ${error instanceof Error ? error.message : error}`
    console.log(`read-replica: skipped, ${whyNot}`)
    return undefined
  }
}

async function connected(server: PostgresServer): Promise<pg.Client> {
  const client = new pg.Client(server.url)
  // A server that is stopped ends it.
  client.on('error', () => {})
  await client.connect()
  return client
}

function theWorld({ skip }: TestContext): World {
  return world ?? skip(whyNot)
}

const publish = async ({ client }: World, callId: string) =>
  (await client.events.publish({ type: 'call.completed', data: { call_id: callId } })).id
const listed = async ({ client }: World) => (await client.events.list()).data.map(({ id }) => id)
const deliveredEvents = async ({ client }: World) => (await client.deliveries.list()).data.map(({ eventId }) => eventId)

test('lists are what the standby knows; what is written or looked up by its id is there at once', async (context) => {
  const all = theWorld(context)
  const { client, receiver, onStandby } = all
  const webhook = await client.webhooks.create({ url: receiver.url('/hook') })
  await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  const before = await publish(all, 'before')
  await until(
    () => deliveredEvents(all),
    (ids) => ids.includes(before),
  )
  await onStandby.query('SELECT pg_wal_replay_pause()')
  const after = await publish(all, 'after')
  await until(
    async () => (await client.deliveries.list({ eventId: after })).data[0]?.status,
    (status) => status === 'success',
  )
  expect((await client.events.get(after)).id).toBe(after)
  expect(await listed(all)).toEqual([before])
  expect(await deliveredEvents(all)).toEqual([before])
  await onStandby.query('SELECT pg_wal_replay_resume()')
  await until(
    async () => [await listed(all), await deliveredEvents(all)],
    ([events, deliveries]) => events?.length === 2 && deliveries?.length === 2,
  )
  expect(all.timbre.output).not.toContain(SAID)
})

test('a list that the standby ends because it is in the way comes from the primary, and the next from the standby', async (context) => {
  const all = theWorld(context)
  const { timbre, onPrimary, onStandby } = all
  const admin = timbre.client({ apiKey: timbre.adminKey })
  const entries = async () => (await admin.auditLog.list()).data.length
  const count = await entries()
  expect(count).toBeGreaterThan(1)
  // On the standby whoever reads the audit log takes longer for it than this test may.
  await onPrimary.query(`ALTER TABLE audit_entries RENAME TO kept;
    CREATE VIEW audit_entries AS SELECT * FROM kept WHERE NOT pg_is_in_recovery() OR pg_sleep(600) IS NOT NULL`)
  const asleep = `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'timbre %' AND wait_event = 'PgSleep'`
  const isAsleep = async () => (await onStandby.query(asleep)).rowCount === 1
  // Until the view is on the standby a list is read from the table, and ends at once: then it is asked for again.
  let listing = entries()
  await until(async () => {
    const isOver = await Promise.race([listing.then(() => true), sleep(100, false)])
    if (isOver) listing = entries()
    return !isOver && (await isAsleep())
  }, Boolean)
  await onPrimary.query('DROP VIEW audit_entries; ALTER TABLE kept RENAME TO audit_entries')
  expect(await listing).toBe(count)
  await onStandby.query('SELECT pg_wal_replay_pause()')
  const unseen = await publish(all, 'unseen')
  expect(await listed(all)).not.toContain(unseen)
  await onStandby.query('SELECT pg_wal_replay_resume()')
  expect(timbre.output).not.toContain(SAID)
})

test('when the standby stops, lists come from the primary and the log says so; when it is back, it is used again', async (context) => {
  const all = theWorld(context)
  const { standby, timbre } = all
  await standby.end()
  const first = await publish(all, 'while it is gone')
  expect(await listed(all)).toContain(first)
  expect(await deliveredEvents(all)).toContain(first)
  expect(timbre.output.split(SAID).length).toBe(2)
  const start = performance.now()
  await standby.start()
  all.onStandby = await connected(standby)
  // What comes after a pause can only be missing from a list of the standby.
  await all.onStandby.query('SELECT pg_wal_replay_pause()')
  const unseen = await publish(all, 'after it came back')
  await until(
    () => listed(all),
    (ids) => !ids.includes(unseen),
    USED_AGAIN_MS,
  )
  console.log(`read-replica: used again ${((performance.now() - start) / 1000).toFixed(1)} s after it was back`)
  await all.onStandby.query('SELECT pg_wal_replay_resume()')
  await until(
    () => listed(all),
    (ids) => ids.includes(unseen),
  )
  expect(timbre.output.split(SAID).length).toBe(2)
})
