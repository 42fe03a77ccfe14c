// The attacker here reads the disk: another user of the machine, who has a copy of the files, or can write to the database.
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runTimbre } from '../../support/run-timbre.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'

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
