// The master key of several nodes over one PostgreSQL: this file runs on PostgreSQL only.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { keyIdOf } from '../../server/src/platform/aes-vault.ts'
import { makeCertificates } from '../support/certificates.ts'
import { makeDatabase, type TestDatabase } from '../support/postgres/database.ts'
import { Receiver } from '../support/receiver.ts'
import { runTimbre } from '../support/run-timbre.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

const OLD = randomBytes(32)
const NEW = randomBytes(32)
const keys = (current: Buffer, previous?: Buffer) => ({
  TIMBRE_MASTER_KEY: current.toString('base64'),
  TIMBRE_MASTER_KEY_PREVIOUS: previous?.toString('base64') ?? '',
})

let database: TestDatabase
let receiver: Receiver
let nodes: readonly [TimbreProcess, TimbreProcess]
let scratch: string
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'timbre-master-key-'))
  const certificates = await makeCertificates()
  database = await makeDatabase(inject('postgresUrl'), inject('postgresTemplate'))
  receiver = await new Receiver({ certificates }).start()
  const same = { ca: certificates.ca, databaseUrl: database.url }
  const first = new TimbreProcess(same)
  const { workspaceId, apiKey } = first
  const settings = { TIMBRE_BOOTSTRAP_WORKSPACE_ID: workspaceId, TIMBRE_BOOTSTRAP_API_KEY: apiKey }
  nodes = [first, new TimbreProcess({ ...same, settings })]
  await Promise.all(nodes.map((node) => node.start(keys(OLD))))
})
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.destroy()))
  await receiver.stop()
  await database.drop()
  rmSync(scratch, { recursive: true })
})

const command = (args: readonly string[], settings: Readonly<Record<string, string>>) =>
  runTimbre(args, { DATABASE_URL: database.url, TIMBRE_DATA_DIR: scratch, TIMBRE_PORT: '0', ...settings })

test('a node with another key, or without one, is refused; the key is changed while one node at a time restarts', async () => {
  const [{ workspaceId, apiKey }] = nodes
  const clients = () => nodes.map((node) => node.client({ workspaceId, apiKey }))
  const wrong = await command(['start'], keys(NEW))
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('is not the one of this data')])
  const missing = await command(['start'], {})
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('TIMBRE_MASTER_KEY is not')])

  const secrets = new Map<string, string>()
  const addAtEach = async () => {
    for (const client of clients()) {
      const { id } = await client.webhooks.create({ url: receiver.url('/hook') })
      await client.webhooks.createSubscription(id, { eventKey: 'call.completed' })
      secrets.set(id, (await client.webhooks.getSecret(id)).secret)
    }
  }
  const eachOpensAll = async () => {
    for (const client of clients())
      for (const [id, secret] of secrets) expect((await client.webhooks.getSecret(id)).secret).toBe(secret)
  }
  const restartEach = async (given: ReturnType<typeof keys>) => {
    for (const node of nodes) {
      await node.stop()
      await node.start(given)
      await addAtEach()
      await eachOpensAll()
    }
  }
  await addAtEach()
  await restartEach(keys(OLD, NEW))
  await restartEach(keys(NEW, OLD))
  const rotated = await command(['rotate-master-key'], keys(NEW, OLD))
  expect([rotated.code, rotated.stderr]).toEqual([0, ''])
  expect(rotated.stdout).toContain(`Nothing needs the master key ${keyIdOf(OLD)} any more`)
  await eachOpensAll()
  await restartEach(keys(NEW))

  const [first] = clients()
  await first?.events.publish({ type: 'call.completed', data: { call_id: 'call-1' } })
  await receiver.waitFor(secrets.size)
  const before = await command(['start'], keys(OLD))
  expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('is not the one of this data')])
})

test('timbre keys makes and revokes keys beside the nodes, which notice', async () => {
  const [first, second] = nodes
  const listOf = (apiKey: string) =>
    second.client({ workspaceId: first.workspaceId, apiKey, retry: { maxRetries: 0 } }).webhooks.list()
  const made = await command(['keys', 'create', '--name', 'by command'], keys(OLD))
  const [, key = ''] = /API key +(\S+)/.exec(made.stdout) ?? []
  const [, id = ''] = /Its id is (\S+)\./.exec(made.stdout) ?? []
  expect((await listOf(key)).data).toEqual([])
  expect((await command(['keys', 'list'], keys(OLD))).stdout).toContain(`${id}  sk_live_`)
  const revoked = await command(['keys', 'revoke', id], keys(OLD))
  expect([revoked.code, revoked.stderr]).toEqual([0, ''])
  await until(
    () =>
      listOf(key).then(
        () => 'accepted',
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'another error'),
      ),
    (outcome) => outcome === 'API_KEY_INVALID',
    5000,
  )
})
