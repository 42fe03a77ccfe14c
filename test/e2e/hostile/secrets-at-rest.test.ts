// The attacker here reads the disk: another user of the machine, who has a copy of the files, or can write to the database.
import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AesVault, keyIdOf } from '../../../server/src/platform/aes-vault.ts'
import { webhookPlace } from '../../../server/src/platform/vault.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { Receiver } from '../../support/receiver.ts'
import { runTimbre } from '../../support/run-timbre.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { load } from './load.ts'

const certificates = await makeCertificates()

let scratch: string
let dataDir: string
let timbre: TimbreProcess
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'timbre-at-rest-'))
  dataDir = join(scratch, 'data')
  mkdirSync(dataDir)
  timbre = new TimbreProcess({ dataDir })
})
afterEach(async () => {
  await timbre.destroy()
  rmSync(scratch, { recursive: true })
})

/** Of the directory and of each file in it that others may do anything with. */
function openToOthers(): string[] {
  const paths = [dataDir, ...readdirSync(dataDir).map((name) => join(dataDir, name))]
  return paths.filter((path) => (statSync(path).mode & 0o077) !== 0)
}

describe('another user of the machine', () => {
  test('can read nothing, whatever the umask and whatever was there before', async () => {
    chmodSync(dataDir, 0o755)
    const umask = process.umask(0)
    try {
      await timbre.start()
    } finally {
      process.umask(umask)
    }
    await timbre.client().webhooks.create({ url: 'https://example.com/' })
    expect(openToOthers()).toEqual([])
    await timbre.kill()
    const left = readdirSync(dataDir).filter((name) => name !== 'master.key')
    expect(left).toEqual(expect.arrayContaining(['timbre.db', 'timbre.db-wal', 'timbre.lock']))
    for (const name of left) chmodSync(join(dataDir, name), 0o644)
    chmodSync(dataDir, 0o755)
    await timbre.start()
    expect(openToOthers()).toEqual([])
    expect(timbre.output).toContain('other users of this machine could read these')
  })

  test('finds no secret in the environment or the arguments of a process that reads them from files', async () => {
    const secret = (name: string, text: string) => {
      writeFileSync(join(scratch, name), `${text}\n`, { mode: 0o600 })
      return join(scratch, name)
    }
    const adminKey = `sk_admin_${randomBytes(24).toString('hex')}`
    const masterKey = randomBytes(32).toString('base64')
    const files = {
      TIMBRE_MASTER_KEY_FILE: secret('master', masterKey),
      TIMBRE_ADMIN_KEY_FILE: secret('admin', adminKey),
      TIMBRE_BOOTSTRAP_API_KEY_FILE: secret('api', timbre.apiKey),
    }
    await timbre.start({ ...files, TIMBRE_ADMIN_KEY: '', TIMBRE_BOOTSTRAP_API_KEY: '' })
    expect((await timbre.client().webhooks.list()).data).toEqual([])
    const headers = { authorization: `Bearer ${adminKey}` }
    expect((await fetch(`${timbre.address}/v1/workspaces`, { headers })).status).toBe(200)
    expect(readdirSync(dataDir)).not.toContain('master.key')
    const shown = ['environ', 'cmdline'].map((name) => readFileSync(`/proc/${timbre.pid}/${name}`, 'utf8'))
    for (const text of [...shown, timbre.output])
      for (const key of [masterKey, adminKey, timbre.apiKey]) expect(text).not.toContain(key)
  })

  test('gets no key from a start that is refused for its file', async () => {
    writeFileSync(join(scratch, 'admin'), 'hunter2', { mode: 0o600 })
    const ended = await runTimbre(['start'], {
      TIMBRE_DATA_DIR: dataDir,
      TIMBRE_ADMIN_KEY_FILE: join(scratch, 'admin'),
    })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('TIMBRE_ADMIN_KEY must have')
    expect(ended.stdout + ended.stderr).not.toContain('hunter2')
  })
})

/** Of the database, while the server may be running. */
function rows<Row>(sql: string, ...values: readonly (string | number)[]): Row[] {
  const db = new DatabaseSync(join(dataDir, 'timbre.db'))
  try {
    // The statement says what its rows are.
    return db.prepare(sql).all(...values) as Row[]
  } finally {
    db.close()
  }
}

interface Webhook {
  readonly id: string
  readonly workspaceId: string
}

/** As the API answers whoever asks for the secret. */
async function revealed(webhook: Webhook): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${timbre.address}/v1/webhooks/${webhook.id}/secret`, { headers: asAdmin(webhook) })
  return { status: response.status, text: await response.text() }
}

const asAdmin = ({ workspaceId }: Pick<Webhook, 'workspaceId'>) => ({
  authorization: `Bearer ${timbre.adminKey}`,
  'x-workspace-id': workspaceId,
})

async function webhookIn(workspaceId: string, secret: string): Promise<Webhook> {
  const client = timbre.client({ apiKey: timbre.adminKey, workspaceId })
  const { id } = await client.webhooks.create({
    url: 'https://example.com/',
    secret,
    headers: { 'X-T': `header ${secret}` },
  })
  return { id, workspaceId }
}

async function otherWorkspace(): Promise<string> {
  const headers = { authorization: `Bearer ${timbre.adminKey}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'Other' })
  const response = await fetch(`${timbre.address}/v1/workspaces`, { method: 'POST', headers, body })
  return ((await response.json()) as { id: string }).id
}

describe('who can write to the database', () => {
  test('reveals no secret by moving it to another row, workspace, column or into the list of earlier ones', async () => {
    await timbre.start()
    const victim = await webhookIn(timbre.workspaceId, 'victim-secret-0123456789')
    const neighbour = await webhookIn(timbre.workspaceId, 'neighbour-secret-0123456789')
    const mine = await webhookIn(await otherWorkspace(), 'my-own-secret-0123456789')
    const moves: readonly (readonly [from: string, to: Webhook])[] = [
      ['sealed_secret', mine],
      ['sealed_headers', mine],
      ['sealed_secret', neighbour],
      ['sealed_headers', victim],
    ]
    for (const [from, to] of moves) {
      const [before] = rows<{ text: string }>('SELECT sealed_secret AS text FROM webhooks WHERE id = ?', to.id)
      rows(
        `UPDATE webhooks SET sealed_secret = (SELECT ${from} FROM webhooks WHERE id = ?) WHERE id = ? RETURNING id`,
        victim.id,
        to.id,
      )
      const { status, text } = await revealed(to)
      expect([status, text.includes('victim')], `${from} in ${to.id}`).toEqual([500, false])
      rows('UPDATE webhooks SET sealed_secret = ? WHERE id = ? RETURNING id', before?.text ?? '', to.id)
    }
    const list = `json_array(json_object('sealed', (SELECT sealed_secret FROM webhooks WHERE id = ?), 'expiresAt', 9e12))`
    rows(`UPDATE webhooks SET previous_secrets = ${list} WHERE id = ? RETURNING id`, victim.id, mine.id)
    const test = await fetch(`${timbre.address}/v1/webhooks/${mine.id}/test`, {
      method: 'POST',
      headers: { ...asAdmin(mine), 'content-type': 'application/json' },
      body: JSON.stringify({ eventKey: 'call.completed' }),
    })
    expect([test.status, (await test.text()).includes('signature')], 'signed with the secret of the victim').toEqual([
      500,
      false,
    ])
    for (const [webhook, secret] of [
      [victim, 'victim-secret-0123456789'],
      [neighbour, 'neighbour-secret-0123456789'],
      [mine, 'my-own-secret-0123456789'],
    ] as const) {
      expect(JSON.parse((await revealed(webhook)).text)).toMatchObject({ secret })
    }
  })
})

test('a webhook whose sealed secret is damaged keeps no other waiting, and is named in the log once a minute', async () => {
  const receiver = await new Receiver({ certificates }).start()
  timbre = new TimbreProcess({ dataDir, ca: certificates.ca })
  await timbre.start()
  const client = timbre.client()
  try {
    const ids: string[] = []
    for (const path of ['/damaged', '/good']) {
      const { id } = await client.webhooks.create({ url: receiver.url(path) })
      await client.webhooks.createSubscription(id, { eventKey: 'call.completed' })
      ids.push(id)
    }
    rows(
      `UPDATE webhooks SET sealed_secret = substr(sealed_secret, 1, 60) || 'AAAA' WHERE id = ? RETURNING id`,
      ids[0] ?? '',
    )
    const events = load(20, 500)
    for (let nth = 0; nth < events; nth++) {
      await client.events.publish({ type: 'call.completed', data: { call_id: `call-${nth}` } })
    }
    await receiver.waitFor(events)
    expect(receiver.requests.every(({ path }) => path === '/good')).toBe(true)
    const lines = timbre.output.split('\n').filter((line) => line.includes(ids[0] ?? ''))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('A stored secret is damaged')
  } finally {
    await receiver.stop()
  }
})

describe('the master key', () => {
  const start = (settings: Readonly<Record<string, string>>) =>
    runTimbre(['start'], { TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: '0', ...settings })

  test('that is wrong or missing stops the start with a sentence, changes nothing, and no other is made', async () => {
    await timbre.start()
    const webhook = await webhookIn(timbre.workspaceId, 'my-own-secret-0123456789')
    await timbre.stop()
    const wrong = await start({ TIMBRE_MASTER_KEY: randomBytes(32).toString('base64') })
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('The master key is not the one of this data'),
    ])
    const file = join(dataDir, 'master.key')
    renameSync(file, join(scratch, 'kept'))
    const missing = await start({})
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('The master key is missing')])
    expect(readdirSync(dataDir)).not.toContain('master.key')
    renameSync(join(scratch, 'kept'), file)
    await timbre.start()
    expect((await revealed(webhook)).text).toContain('my-own-secret-0123456789')
  })

  test('of a database with many nodes must be given: none makes one of its own', async () => {
    const ended = await start({ DATABASE_URL: 'postgres://timbre@127.0.0.1:1/timbre' })
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('TIMBRE_MASTER_KEY is not')])
    expect(readdirSync(dataDir)).not.toContain('master.key')
  })

  test('is rotated while the server runs, also when the command is killed in the middle', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)]
    const both = {
      TIMBRE_MASTER_KEY: next.toString('base64'),
      TIMBRE_MASTER_KEY_PREVIOUS: old.toString('base64'),
      TIMBRE_MAX_WEBHOOKS_PER_WORKSPACE: '100000',
    }
    await timbre.start({ TIMBRE_MASTER_KEY: old.toString('base64') })
    const webhook = await webhookIn(timbre.workspaceId, 'my-own-secret-0123456789')
    await timbre.stop()
    const count = load(3000, 20_000)
    addWebhooks(new AesVault([old]), count)
    await timbre.start(both)

    const command = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
    const env = { PATH: process.env['PATH'] ?? '', TIMBRE_DATA_DIR: dataDir, ...both }
    const child = spawn(process.execPath, [command, 'rotate-master-key'], { env, stdio: 'ignore' })
    const ended = once(child, 'exit')
    await until(
      async () => resealed(next),
      (rowCount) => rowCount > 0 || child.exitCode !== null,
    )
    child.kill('SIGKILL')
    await ended
    expect(resealed(next), 'the command was not killed in the middle').toBeLessThan(count)

    const settings = { TIMBRE_DATA_DIR: dataDir, ...both }
    const alone = await runTimbre(['rotate-master-key'], { ...settings, TIMBRE_MASTER_KEY_PREVIOUS: '' })
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining(keyIdOf(old))])
    // What the server writes meanwhile is sealed with the new key.
    const added = await webhookIn(timbre.workspaceId, 'added-meanwhile-0123456789')
    const done = await runTimbre(['rotate-master-key'], settings)
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(done.stdout).toContain(`open with the master key ${keyIdOf(next)} alone`)
    expect(done.stdout).toContain(`Nothing needs the master key ${keyIdOf(old)} any more`)
    expect(resealed(next)).toBe(count + 2)
    expect((await revealed(webhook)).text).toContain('my-own-secret-0123456789')

    expect(await timbre.stop()).toBe(0)
    const before = await start({ TIMBRE_MASTER_KEY: old.toString('base64') })
    expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('is not the one of this data')])
    await timbre.start({ TIMBRE_MASTER_KEY: both.TIMBRE_MASTER_KEY, TIMBRE_MASTER_KEY_PREVIOUS: '' })
    expect((await revealed(webhook)).text).toContain('my-own-secret-0123456789')
    expect((await revealed(added)).text).toContain('added-meanwhile-0123456789')
  })

  /** Rows of webhooks that the key has sealed. */
  function resealed(key: Uint8Array): number {
    const sql = 'SELECT count(*) AS count FROM webhooks WHERE sealed_secret LIKE ?'
    return rows<{ count: number }>(sql, `v2.${keyIdOf(key)}.%`)[0]?.count ?? 0
  }

  function addWebhooks(vault: AesVault, count: number): void {
    const { workspaceId } = timbre
    const db = new DatabaseSync(join(dataDir, 'timbre.db'))
    const add = db.prepare(`
      INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at, updated_at,
        url, secret_preview, sealed_secret, sealed_headers) VALUES (?, ?, 1, 'none', 1, 0, 0, 1, 1, 'https://a.example/', '', ?, ?)`)
    db.exec('BEGIN')
    for (let index = 0; index < count; index++) {
      const row = { workspaceId, id: randomUUID() }
      const sealedSecret = vault.seal('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', webhookPlace('secret', row))
      add.run(workspaceId, row.id, sealedSecret, vault.seal('{}', webhookPlace('headers', row)))
    }
    db.exec('COMMIT')
    db.close()
  }
})
