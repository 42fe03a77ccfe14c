// The live stream over several nodes and one PostgreSQL: this file runs on PostgreSQL only.
import { randomBytes } from 'node:crypto'
import { type Client, createClient } from '@getsupervisor/agents-studio-sdk'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { makeDatabase, type TestDatabase } from '../support/postgres/database.ts'
import { Receiver } from '../support/receiver.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'
import { failingOnce, StreamConsumer } from './stream-consumer.ts'

let database: TestDatabase
let receiver: Receiver
let sending: TimbreProcess
let showing: TimbreProcess
/** A load balancer: to the node that shows, until that is gone. */
let balancer: TcpProxy
beforeEach(async () => {
  const { ca, ...certificates } = await makeCertificates()
  database = await makeDatabase(inject('postgresUrl'), inject('postgresTemplate'))
  receiver = await new Receiver({ certificates: { ca, ...certificates }, script: failingOnce() }).start()
  const settings = {
    TIMBRE_MASTER_KEY: randomBytes(32).toString('base64'),
    TIMBRE_RETRY_SCHEDULE: '0,1,1,1',
    TIMBRE_RETRY_JITTER: '0',
  }
  sending = new TimbreProcess({ ca, databaseUrl: database.url, settings })
  showing = new TimbreProcess({ ca, databaseUrl: database.url, settings })
  await sending.start()
  await showing.start()
  balancer = await new TcpProxy(portOf(showing)).start()
})
afterEach(async () => {
  await balancer.stop()
  await Promise.all([sending.destroy(), showing.destroy()])
  await receiver.stop()
  await database.drop()
})

function portOf({ address }: TimbreProcess): number {
  return Number(new URL(address).port)
}

function balanced(): Client {
  const { workspaceId, apiKey } = sending
  return createClient({ baseUrl: `http://127.0.0.1:${balancer.port}`, workspaceId, apiKey })
}

async function publish(from: number, to: number): Promise<void> {
  const client = sending.client()
  for (let nth = from; nth < to; nth++)
    await client.events.publish({ type: 'call.completed', id: `evt_${nth}`, data: { call_id: `call-${nth}` } })
}

test('a reader on one node sees what another one does, outlives its node, and misses and repeats nothing', async () => {
  const webhook = await sending.client().webhooks.create({ url: receiver.url('/hook') })
  await sending.client().webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  const consumer = await StreamConsumer.start(balanced())
  try {
    await publish(0, 100)
    await until(
      async () => consumer.count,
      (count) => count >= 100,
      60_000,
    )
    const publishing = publish(100, 300)
    await until(
      async () => consumer.count,
      (count) => count >= 240,
      60_000,
    )
    balancer.target = portOf(sending)
    await showing.kill()
    await publishing
    await consumer.hasEverything(sending.client(), 300)
    expect(consumer.breaks).toBeGreaterThan(0)
  } finally {
    consumer.stop()
  }
})
