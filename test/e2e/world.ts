// Owns the world of an e2e test: a real process, a real HTTPS receiver, and the client between them.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import { inject } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { makeDatabase, runSql, type TestDatabase } from '../support/postgres/database.ts'
import { Receiver, type Script } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'

export interface World {
  readonly timbre: TimbreProcess
  readonly receiver: Receiver
  readonly client: Client
  readonly backend: 'sqlite' | 'postgres'
  /** A webhook at the receiver with one subscription. */
  subscribe(path?: string, eventKey?: string): Promise<Webhook>
  /** Publishes one event of the type with a new call. */
  publish(type?: string): Promise<string>
  /** Changes rows behind the back of the process, while it is stopped. */
  sql(statement: string): Promise<void>
  end(): Promise<void>
}

const certificates = await makeCertificates()

export async function makeWorld(settings: Readonly<Record<string, string>> = {}, script?: Script): Promise<World> {
  const receiver = await new Receiver({ certificates, ...(script === undefined ? {} : { script }) }).start()
  const database = await ownDatabase()
  const databaseUrl = database === undefined ? {} : { databaseUrl: database.url }
  const timbre = new TimbreProcess({ ca: certificates.ca, settings, ...databaseUrl })
  try {
    await timbre.start()
  } catch (error) {
    await Promise.all([timbre.destroy(), receiver.stop(), database?.drop()])
    throw error
  }
  const world = {
    timbre,
    receiver,
    backend: inject('backend'),
    get client() {
      return timbre.client()
    },
    async subscribe(path = '/hook', eventKey = 'call.completed') {
      const webhook = await world.client.webhooks.create({ url: receiver.url(path) })
      await world.client.webhooks.createSubscription(webhook.id, { eventKey })
      return webhook
    },
    async publish(type = 'call.completed') {
      return (await world.client.events.publish({ type, data: { call_id: randomUUID() } })).id
    },
    async sql(statement: string) {
      if (database !== undefined) return runSql(database.url, statement)
      const db = new DatabaseSync(join(timbre.dataDir, 'timbre.db'))
      db.exec(statement)
      db.close()
    },
    async end() {
      await timbre.destroy()
      await receiver.stop()
      await database?.drop()
    },
  }
  return world
}

/** Each process has a database to itself, as it has a data directory. */
async function ownDatabase(): Promise<TestDatabase | undefined> {
  return inject('backend') === 'postgres' ? makeDatabase(inject('postgresUrl'), inject('postgresTemplate')) : undefined
}
