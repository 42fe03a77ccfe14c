import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { Receiver } from '../support/receiver.ts'
import { runTimbre } from '../support/run-timbre.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

const certificates = await makeCertificates()

let scratch: string
let receiver: Receiver
let timbre: TimbreProcess
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'timbre-backup-'))
  mkdirSync(inScratch('data'))
  receiver = await new Receiver({ certificates }).start()
  timbre = await new TimbreProcess({ ca: certificates.ca, dataDir: join(scratch, 'data') }).start()
})
afterEach(async () => {
  await timbre.destroy()
  await receiver.stop()
  rmSync(scratch, { recursive: true })
})

const inScratch = (name: string) => join(scratch, name)
const from = (dataDir: string) => ({ TIMBRE_DATA_DIR: dataDir })
const backup = (file: string, ...more: string[]) =>
  runTimbre(['backup', inScratch(file), ...more], from(timbre.dataDir))

async function subscribe() {
  const client = timbre.client()
  const webhook = await client.webhooks.create({ url: receiver.url('/hook') })
  await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  return webhook
}

/** Publishes from several callers until it is told to stop; keeps what was acknowledged. */
function publishing() {
  const acknowledged = new Set<string>()
  let isOn = true
  const client = timbre.client()
  const caller = async () => {
    while (isOn) {
      const event = {
        type: 'call.completed',
        data: { call_id: `call-${acknowledged.size}`, transcript: 'x'.repeat(500) },
      }
      const accepted = await client.events.publish(event, { timeoutMs: 2000 }).catch(() => undefined)
      if (accepted !== undefined) acknowledged.add(accepted.id)
    }
  }
  const callers = Array.from({ length: 8 }, caller)
  const stop = async () => {
    isOn = false
    await Promise.all(callers)
  }
  return { acknowledged, stop }
}

describe('timbre backup', () => {
  test('under load: whatever was acknowledged before it began is there after a restore, and is delivered', async () => {
    const webhook = await subscribe()
    const secret = await timbre.client().webhooks.getSecret(webhook.id)
    const load = publishing()
    await until(
      async () => load.acknowledged.size,
      (count) => count >= 500,
    )
    const before = [...load.acknowledged]
    const made = await backup('backup.db')
    expect([made.code, made.stderr]).toEqual([0, ''])
    expect(made.stdout).toMatch(/Backed up to .*backup\.db \([\d.]+ MB, checked\)/)
    expect(made.stdout).toContain('master key')
    const during = load.acknowledged.size
    await timbre.kill()
    await load.stop()
    expect(during, 'nothing was published while the backup was made').toBeGreaterThan(before.length)

    const dataDir = inScratch('restored')
    const restored = await runTimbre(['restore', inScratch('backup.db')], from(dataDir))
    expect([restored.code, restored.stderr]).toEqual([0, ''])
    expect(restored.stdout).toContain('The master key is missing')
    const keyless = await runTimbre(['start'], { ...from(dataDir), TIMBRE_PORT: '0' })
    expect(keyless).toMatchObject({ code: 2, stderr: expect.stringContaining('The master key is missing') })
    const other = { TIMBRE_PORT: '0', TIMBRE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }
    const wrong = await runTimbre(['start'], { ...from(dataDir), ...other })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('is not the one of this data') })
    copyFileSync(join(timbre.dataDir, 'master.key'), join(dataDir, 'master.key'))
    const second = await new TimbreProcess({ ca: certificates.ca, dataDir }).start()
    try {
      const client = second.client({ workspaceId: timbre.workspaceId, apiKey: timbre.apiKey })
      expect(await client.webhooks.getSecret(webhook.id)).toEqual(secret)
      const ids = new Set<string>()
      for await (const event of client.events.list({ limit: 250 })) ids.add(event.id)
      expect(before.filter((id) => !ids.has(id))).toEqual([])
      await until(
        async () => (await client.deliveries.list({ status: 'queued', limit: 1 })).data.length,
        (count) => count === 0,
      )
      const received = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))
      expect(before.filter((id) => !received.has(id))).toEqual([])
    } finally {
      await second.destroy()
    }
  })

  test('is one file that only its owner can read, made also while the server is stopped or was killed', async () => {
    await subscribe()
    await timbre.client().events.publish({ type: 'call.completed', data: { call_id: 'call-1' } })
    await timbre.kill()
    expect((await backup('killed.db')).code).toBe(0)
    await timbre.start()
    await timbre.stop()
    expect((await backup('stopped.db')).code).toBe(0)
    expect(readdirSync(scratch).sort()).toEqual(['data', 'killed.db', 'stopped.db'])
    expect(statSync(inScratch('killed.db')).mode & 0o777).toBe(0o600)
    for (const file of ['killed.db', 'stopped.db']) {
      const dataDir = inScratch(`from-${file}`)
      expect((await runTimbre(['restore', inScratch(file)], from(dataDir))).code).toBe(0)
      copyFileSync(join(timbre.dataDir, 'master.key'), join(dataDir, 'master.key'))
      const second = await new TimbreProcess({ ca: certificates.ca, dataDir }).start()
      const client = second.client({ workspaceId: timbre.workspaceId, apiKey: timbre.apiKey })
      expect((await client.events.list()).data).toHaveLength(1)
      await second.destroy()
    }
  })

  test('says what is wrong and leaves nothing: no database, a file that exists, no directory, a wrong setting', async () => {
    const nothing = await runTimbre(['backup', inScratch('b.db')], from(inScratch('nowhere')))
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no database in') })
    writeFileSync(inScratch('there.db'), 'precious')
    expect(await backup('there.db')).toMatchObject({ code: 2, stderr: expect.stringContaining('add --force') })
    expect(await backup('none/b.db')).toMatchObject({ code: 2, stderr: expect.stringContaining('Make it first') })
    const database = join(timbre.dataDir, 'timbre.db')
    const onItself = await runTimbre(['backup', database, '--force'], from(timbre.dataDir))
    expect(onItself).toMatchObject({ code: 2, stderr: expect.stringContaining('not a place for a backup') })
    const wrong = await runTimbre(['backup', inScratch('b.db')], { TIMBRE_DATADIR: 'x' })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no setting TIMBRE_DATADIR') })
    expect(await runTimbre(['backup'])).toMatchObject({ code: 2, stderr: expect.stringContaining('missing required') })
    expect(readdirSync(scratch).sort()).toEqual(['data', 'there.db'])
    expect((await backup('there.db', '--force')).code).toBe(0)
  })
})

describe('timbre restore', () => {
  test('refuses a directory that is in use or not empty, and a file that is no backup or is damaged', async () => {
    expect((await backup('backup.db')).code).toBe(0)
    const restore = (file: string, dataDir: string) => runTimbre(['restore', inScratch(file)], from(dataDir))
    const running = await restore('backup.db', timbre.dataDir)
    expect(running).toMatchObject({ code: 2, stderr: expect.stringContaining('Another Timbre process is using') })
    await timbre.stop()
    const full = await restore('backup.db', timbre.dataDir)
    expect(full).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') })

    const empty = inScratch('empty')
    expect(await restore('none.db', empty)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no file'),
    })
    writeFileSync(inScratch('text.db'), 'this is a text and not a database at all\n'.repeat(100))
    expect(await restore('text.db', empty)).toMatchObject({ code: 2, stderr: expect.stringContaining('not a backup') })
    writeFileSync(inScratch('zero.db'), '')
    expect(await restore('zero.db', empty)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not one of Timbre'),
    })
    expect(readdirSync(empty)).toEqual(['timbre.lock'])
    expect((await restore('backup.db', empty)).code).toBe(0)
    expect(statSync(join(empty, 'timbre.db')).mode & 0o777).toBe(0o600)
  })
})

test('timbre --version, --help, start, and a command that does not exist', async () => {
  expect(await runTimbre(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  expect(await runTimbre(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('backup') })
  expect(await runTimbre(['frobnicate'])).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown command') })
  const second = await runTimbre(['start', '--dev'], { ...from(timbre.dataDir), TIMBRE_PORT: '0' })
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('Another Timbre process is using') })
})
