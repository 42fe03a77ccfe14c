// What an operator asks before and after a start: the settings in force, and whether everything is as it must be.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { makeCertificates } from '../../support/certificates.ts'
import { makeDatabase } from '../../support/postgres/database.ts'
import { runTimbre } from '../../support/run-timbre.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'

const scratch = mkdtempSync(join(tmpdir(), 'timbre-operating-'))
const certificates = await makeCertificates()
const secure = createSecureServer({ key: certificates.key, cert: certificates.cert }, (_, response) => response.end())
const plain = createServer((_, response) => response.end())
beforeAll(async () => {
  for (const server of [secure, plain]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  for (const server of [secure, plain]) server.close()
  rmSync(scratch, { recursive: true, force: true })
})

const portOf = (server: Server) => (server.address() as AddressInfo).port // they listen on TCP

interface Finding {
  readonly of: string
  readonly state: string
  readonly says: string
}

async function doctor(settings: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const ended = await runTimbre(['doctor', '--json', ...args], {
    TIMBRE_PORT: '0',
    TIMBRE_DATA_DIR: join(scratch, 'none'),
    ...settings,
  })
  const findings: Finding[] = ended.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  return { code: ended.code, of: (name: string) => findings.find(({ of }) => of === name), findings }
}

describe('doctor', () => {
  test('finds nothing wrong where a first start would succeed, and leaves nothing behind', async () => {
    const { code, findings, of } = await doctor({})
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([])
    expect(code).toBe(0)
    expect(of('disk')?.says).toMatch(/free; an fsync takes [\d.]+ ms/)
    expect(readdirSync(scratch)).toEqual([])
  })

  test('names a wrong setting, a port that is taken, a directory that is none', async () => {
    expect((await doctor({ TIMBRE_PROT: '1' })).of('settings')).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('TIMBRE_PROT'),
    })
    const taken = createSecureServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { code, of } = await doctor({ TIMBRE_PORT: String(portOf(taken)) })
    expect([code, of('port')]).toEqual([
      1,
      expect.objectContaining({ state: 'wrong', says: expect.stringContaining('TIMBRE_PORT') }),
    ])
    taken.close()
    const file = join(scratch, 'file')
    writeFileSync(file, '')
    expect((await doctor({ TIMBRE_DATA_DIR: join(file, 'data') })).of('disk')).toMatchObject({ state: 'wrong' })
    rmSync(file)
  })

  test('sees a Timbre that runs, and whether the master key is that of its data', async () => {
    const timbre = await new TimbreProcess().start()
    const dataDir = timbre.dataDir
    const settings = { TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: new URL(timbre.address).port }
    await timbre.client().webhooks.create({ url: 'https://example.com/a' })
    const good = await doctor(settings)
    expect(good.of('port')?.says).toContain('A Timbre serves on')
    expect(good.of('database')).toMatchObject({ state: 'good' })
    expect(good.of('master key')).toMatchObject({
      state: 'good',
      says: expect.stringContaining('it is the one of this data'),
    })
    const other = await doctor({ ...settings, TIMBRE_MASTER_KEY: 'ab'.repeat(32) })
    expect([other.code, other.of('master key')]).toEqual([
      1,
      expect.objectContaining({ state: 'wrong', says: expect.stringContaining('is not that of this data') }),
    ])
    await timbre.destroy()
  })

  test('says of a PostgreSQL its version, its clock and what is due, or why it is not reached', async () => {
    const database = await makeDatabase(inject('postgresUrl'))
    try {
      const settings = { DATABASE_URL: database.url, TIMBRE_MASTER_KEY: 'cd'.repeat(32) }
      const empty = await doctor(settings)
      expect(empty.of('database')).toMatchObject({ state: 'uncertain', says: expect.stringContaining('are due') })
      expect(empty.of('PostgreSQL')?.says).toMatch(/^\d+/)
      expect(empty.of('clock')?.state).toMatch(/good|uncertain/)
      expect((await doctor({ DATABASE_URL: database.url })).of('master key')).toMatchObject({ state: 'wrong' })
    } finally {
      await database.drop()
    }
    const nowhere = await doctor({ DATABASE_URL: 'postgres://timbre@127.0.0.1:1/timbre' })
    expect([nowhere.code, nowhere.of('database')?.says]).toEqual([
      1,
      expect.stringContaining('nothing listens at 127.0.0.1:1'),
    ])
  })

  test('checks a receiver as deliveries do: address, port, connection, certificates', async () => {
    const url = `https://localhost:${portOf(secure)}/`
    const refused = await doctor({}, '--target', url)
    expect([refused.code, refused.of('target')]).toEqual([
      1,
      expect.objectContaining({ says: expect.stringContaining('TIMBRE_ALLOW_TARGETS') }),
    ])

    const unknown = await doctor({ TIMBRE_DEV: '1' }, '--target', url)
    expect(unknown.of('connection')).toMatchObject({ state: 'good' })
    expect(unknown.of('TLS')).toMatchObject({ state: 'wrong', says: expect.stringContaining('NODE_EXTRA_CA_CERTS') })
    const ca = join(scratch, 'ca.pem')
    mkdirSync(scratch, { recursive: true })
    writeFileSync(ca, certificates.ca)
    const known = await doctor({ TIMBRE_DEV: '1', NODE_EXTRA_CA_CERTS: ca }, '--target', url)
    expect(known.of('TLS')?.says).toMatch(/^TLSv1\.[23], .* ← .*, valid for \d+ days/)

    const noTls = await doctor({ TIMBRE_DEV: '1' }, '--target', `https://localhost:${portOf(plain)}/`)
    expect(noTls.of('TLS')).toMatchObject({ state: 'wrong' })
    for (const [target, said] of [
      ['https://10.0.0.1/', 'private or reserved'],
      ['https://example.com:25/', 'Port 25 is not sent to'],
      ['http://example.com/', 'Use https://'],
      ['nonsense', 'is no URL'],
      ['https://localhost:1/', 'Check that the server runs'],
    ] as const)
      expect((await doctor({ TIMBRE_DEV: '1' }, '--target', target)).findings.at(-1)?.says, target).toContain(said)
  })
})

describe('settings', () => {
  test('are shown with where they come from, secrets never, and a wrong one ends with 2', async () => {
    const key = join(scratch, 'admin.key')
    writeFileSync(key, 'sk_admin_from_a_file_1234\n')
    const settings = {
      TIMBRE_ADMIN_KEY_FILE: key,
      TIMBRE_BOOTSTRAP_API_KEY: '',
      TIMBRE_METRICS_KEY: 'sk_metrics_secret_1234',
      TIMBRE_RETENTION_DAYS: '7',
    }
    const ended = await runTimbre(['settings'], settings)
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toMatch(/^TIMBRE_RETENTION_DAYS +7 +environment /m)
    expect(ended.stdout).toMatch(/^TIMBRE_PORT +8080 +default /m)
    expect(ended.stdout).toMatch(/^TIMBRE_ADMIN_KEY +from \S+admin\.key +file /m)
    expect(ended.stdout).toMatch(/^TIMBRE_METRICS_KEY +from the environment +environment /m)
    expect(ended.stdout).not.toMatch(/sk_/)
    const wrong = await runTimbre(['settings', '--set'], { TIMBRE_TIMEOUT_MS: 'soon' })
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/soon/),
      expect.stringContaining('TIMBRE_TIMEOUT_MS'),
    ])
  })
})

test('the demo delivers a whole call to a receiver that fails at first, and leaves nothing behind', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('timbre-demo-'))
  const ended = await runTimbre(['demo', '--once'])
  expect([ended.code, ended.stderr]).toEqual([0, ''])
  expect(ended.stdout).toMatch(
    /answers 503[\s\S]*HTTP 503[\s\S]*HTTP 200[\s\S]*Everything arrived, and every signature verified\.\n$/,
  )
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('timbre-demo-'))).toEqual(before)
})
