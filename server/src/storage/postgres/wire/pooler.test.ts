// Owns the tests of the storage behind PgBouncer: with its defaults everything works, in transaction mode the start is refused.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../../../test/support/postgres/database.ts'
import { Pooler, whyNoPooler } from '../../../../../test/support/postgres/pooler.ts'
import { until } from '../../../../../test/support/until.ts'
import { Fixture, only } from '../../conformance/fixture.ts'
import type { StorageNotice } from '../nodes/notices.ts'
import type { PostgresStorage } from '../postgres-storage.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { openHotPool } from './open-pool.ts'

describe.skipIf(whyNoPooler !== undefined)(`behind PgBouncer${whyNoPooler ? ` (${whyNoPooler})` : ''}`, () => {
  let database: SharedDatabase
  let pooler: Pooler | undefined
  const nodes: PostgresStorage[] = []
  beforeEach(async () => {
    database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
    await pooler?.stop()
    await database.drop()
  })

  async function node(onNotice: (notice: StorageNotice) => void = () => {}): Promise<PostgresStorage> {
    const storage = await database.node({ url: pooler?.url ?? '', onNotice })
    nodes.push(storage)
    return storage
  }

  test('in session mode two nodes accept, claim and record, and hear each other', async () => {
    pooler = await Pooler.start(database.url, 'session')
    const heard: string[] = []
    const [first, second] = [await node(), await node(({ kind }) => heard.push(kind))]
    await Promise.all([first.start(), second.start()])
    const fixture = await Fixture.make(async () => ({
      storage: first,
      reopen: async () => first,
      destroy: async () => {},
    }))
    const webhook = await fixture.addWebhook()
    await fixture.accept([fixture.event()], fixture.noCapacity())
    await until(
      async () => heard,
      (kinds) => kinds.includes('due'),
    )
    const delivery = only(await second.claimDue(fixture.offer(), fixture.now))
    const { written } = await second.recordAttempts([fixture.result(delivery)], fixture.offer())
    expect(written).toEqual([true])
    await first.updateWebhook(fixture.workspaceId, webhook.id, { isActive: false }, fixture.context('webhook.updated'))
    await until(
      async () => heard,
      (kinds) => kinds.includes('webhook_changed'),
    )
  })

  test('the time-outs and the settings of the planner hold', async () => {
    pooler = await Pooler.start(database.url, 'session')
    const pool = openHotPool({ url: pooler.url, name: randomUUID() }, 1)
    const names = ['statement_timeout', 'idle_in_transaction_session_timeout', 'enable_seqscan', 'plan_cache_mode']
    const values = await Promise.all(names.map(async (name) => (await pool.query(`SHOW ${name}`)).rows[0]?.[name]))
    await pool.end()
    expect(values).toEqual(['10s', '10s', 'off', 'force_generic_plan'])
  })

  test('in transaction mode the start is refused with a sentence, and nothing is made', async () => {
    pooler = await Pooler.start(database.url, 'transaction')
    const empty: TestDatabase = await makeDatabase(inject('postgresUrl'))
    const url = new URL(pooler.url)
    url.pathname = new URL(empty.url).pathname
    const storage = await database.node({ url: url.href })
    await expect(storage.start()).rejects.toThrow('set pool_mode = session')
    await pooler.stop()
    pooler = undefined
    await empty.drop()
  })
})
