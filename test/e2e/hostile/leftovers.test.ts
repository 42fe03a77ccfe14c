// The attacker here fills the disk with what was deleted, or reads what deletion left behind.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Client } from '@getsupervisor/agents-studio-sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeCertificates } from '../../support/certificates.ts'
import { Receiver } from '../../support/receiver.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { load } from './load.ts'

const certificates = await makeCertificates()
const TOKEN = 'MARK-OF-A-TOKEN-IN-A-URL'
const AUDIT_ENTRIES_MAX = 100

let receiver: Receiver
let timbre: TimbreProcess
let client: Client
beforeEach(async () => {
  receiver = await new Receiver({ certificates, script: () => ({ status: 503 }) }).start()
  timbre = new TimbreProcess({
    ca: certificates.ca,
    settings: { TIMBRE_MAX_AUDIT_ENTRIES_PER_WORKSPACE: String(AUDIT_ENTRIES_MAX), TIMBRE_LIMIT_MANAGE: '0' },
  })
  await timbre.start()
  client = timbre.client()
})
afterEach(async () => {
  await timbre.destroy()
  await receiver.stop()
})

function sql(statement: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(timbre.dataDir, 'timbre.db'))
  try {
    return db.prepare(statement).all()
  } finally {
    db.close()
  }
}

const count = (table: string) => Number(sql(`SELECT count(*) AS count FROM ${table}`)[0]?.['count'])
const filesWith = (text: string) =>
  readdirSync(timbre.dataDir).filter((name) => readFileSync(join(timbre.dataDir, name)).includes(text))

async function times(total: number, work: () => Promise<unknown>): Promise<void> {
  let left = total
  const worker = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

describe('a deleted webhook', () => {
  test('leaves its URL in no file, and its row only as long as there is a delivery of it', async () => {
    const webhook = await client.webhooks.create({ url: receiver.url(`/hook?token=${TOKEN}`) })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
    await client.events.publish({ type: 'call.completed', data: { call_id: 'call-1' } })
    await receiver.waitFor(1)
    expect(filesWith(TOKEN)).not.toEqual([])
    await client.webhooks.delete(webhook.id)
    await until(
      async () => (await client.deliveries.list()).data[0],
      (delivery) => delivery?.status === 'failed',
    )
    await until(
      async () => filesWith(TOKEN),
      (files) => files.length === 0,
    )
    const columns = 'url, description, secret_preview, sealed_secret, sealed_headers, previous_secrets'
    expect(sql(`SELECT ${columns} FROM webhooks`)).toEqual([
      { url: '', description: null, secret_preview: '', sealed_secret: '', sealed_headers: '', previous_secrets: null },
    ])
    await client.events.eraseCall('call-1')
    // It is looked after every 30 s, and whenever one is deleted.
    await client.webhooks.delete((await client.webhooks.create({ url: receiver.url('/other') })).id)
    await until(
      async () => count('webhooks'),
      (rows) => rows === 0,
    )
    expect(count('subscriptions')).toBe(0)
  })
})

test('an earlier secret whose time has ended is in the database no longer', async () => {
  const { id } = await client.webhooks.create({ url: receiver.url('/hook') })
  await client.webhooks.rotateSecret(id, { overlapHours: 1 })
  await timbre.stop()
  expect(sql('SELECT previous_secrets IS NULL AS gone FROM webhooks')).toEqual([{ gone: 0 }])
  sql(`UPDATE webhooks SET previous_secrets_expire_at = 1,
    previous_secrets = json_set(previous_secrets, '$[0].expiresAt', 1) RETURNING 1`)
  await timbre.start()
  await until(
    async () => sql('SELECT previous_secrets IS NULL AS gone FROM webhooks')[0]?.['gone'],
    (gone) => gone === 1,
  )
})

describe('making and deleting in a loop', () => {
  test('leaves no rows of webhooks and subscriptions, and a hundred of revoked keys and ended replays', async () => {
    const kept = await client.webhooks.create({ url: receiver.url('/hook') })
    const [numbers, loops] = [count('ids'), load(25, 2000)]
    const headers = { 'X-Large': 'v'.repeat(4000) }
    await times(loops, async () => {
      const { id } = await client.webhooks.create({ url: receiver.url(`/${'z'.repeat(1900)}`), headers })
      await client.webhooks.createSubscription(id, { eventKey: 'call.completed' })
      await client.webhooks.delete(id)
      const key = await client.apiKeys.create({ name: 'k', scopes: ['events:read'] })
      await client.apiKeys.revoke(key.id)
    })
    const range = { since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z', only: 'failed' as const }
    for (let nth = 0; nth < load(5, 1000); nth++) {
      const replay = await client.webhooks.createReplay(kept.id, range)
      await client.webhooks.cancelReplay(kept.id, replay.id)
    }
    await until(
      async () => [count('webhooks'), count('subscriptions'), count('ids') - numbers],
      // The highest number is kept, so that none is given twice.
      ([webhooks = 9, subscriptions = 9, ids = 9]) => webhooks <= 1 && subscriptions === 0 && ids <= 1,
    )
    expect((await client.webhooks.list()).data.map(({ id }) => id)).toEqual([kept.id])
    expect(count('api_keys')).toBeLessThanOrEqual(101)
    expect(count('replays')).toBeLessThanOrEqual(100)
  })

  test('leaves a bounded number of entries in the audit log, the newest, and none that is past its time', async () => {
    const { id } = await client.webhooks.create({ url: receiver.url('/hook') })
    await times(AUDIT_ENTRIES_MAX + load(30, 5000), () => client.webhooks.getSecret(id))
    const [newest] = sql('SELECT max(seq) AS seq FROM audit_entries')
    await timbre.stop()
    await timbre.start()
    const ofWorkspace = `audit_entries WHERE workspace_id = '${timbre.workspaceId}'`
    await until(
      async () => count(ofWorkspace),
      (entries) => entries <= AUDIT_ENTRIES_MAX,
    )
    expect(count(ofWorkspace)).toBe(AUDIT_ENTRIES_MAX)
    expect(sql('SELECT max(seq) AS seq FROM audit_entries')).toEqual([newest])
    await timbre.stop()
    // The newest one shows that the clock is right, and stays.
    const old = 'SELECT seq FROM audit_entries ORDER BY seq DESC LIMIT -1 OFFSET 1'
    sql(`UPDATE audit_entries SET created_at = created_at - 366 * 86400000 WHERE seq IN (${old}) RETURNING 1`)
    await timbre.start()
    await until(
      async () => count('audit_entries'),
      (entries) => entries === 1,
    )
  })
})
