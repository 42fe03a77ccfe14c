// Owns the tests of the connections themselves: encrypted and verified when the URL says so, and made again when they break.
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { makeCertificates } from '../../../../../test/support/certificates.ts'
import { makeDatabase } from '../../../../../test/support/postgres/database.ts'
import { serverUser } from '../../../../../test/support/postgres/server-binaries.ts'
import { startOwnServer, type TestServer } from '../../../../../test/support/postgres/test-server.ts'
import { until } from '../../../../../test/support/until.ts'
import { Fixture } from '../../conformance/fixture.ts'
import type { StorageNotice } from '../nodes/notices.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { openPool } from './open-pool.ts'

describe('TLS to the database', () => {
  let directory: string
  let server: TestServer
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'timbre-tls-'))
    const { ca, key, cert } = await makeCertificates()
    const other = await makeCertificates()
    const user = serverUser()
    for (const [name, text] of Object.entries({
      'ca.pem': ca,
      'other.pem': other.ca,
      'key.pem': key,
      'cert.pem': cert,
    })) {
      writeFileSync(join(directory, name), text, { mode: 0o600 })
      if (user !== undefined) chownSync(join(directory, name), user.uid, user.gid)
    }
    if (user !== undefined) chownSync(directory, user.uid, user.gid)
    server = await startOwnServer({
      ssl: 'on',
      ssl_cert_file: join(directory, 'cert.pem'),
      ssl_key_file: join(directory, 'key.pem'),
    })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  const isEncrypted = async (parameters: string) => {
    const pool = openPool({ url: `${server.url}?${parameters}`, name: 'tls' }, 1)
    try {
      const { rows } = await pool.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      return rows[0]?.ssl
    } finally {
      await pool.end()
    }
  }

  test('is verified against the authority that sslrootcert names', async () => {
    expect(await isEncrypted(`sslmode=verify-full&sslrootcert=${join(directory, 'ca.pem')}`)).toBe(true)
    await expect(isEncrypted(`sslmode=verify-full&sslrootcert=${join(directory, 'other.pem')}`)).rejects.toThrow(
      /certificate|signature/,
    )
  })

  test('with sslmode=verify-full or require refuses an authority that nobody trusts', async () => {
    for (const mode of ['verify-full', 'require']) await expect(isEncrypted(`sslmode=${mode}`)).rejects.toThrow()
  })

  test('is there with sslmode=no-verify, and is not without any', async () => {
    expect(await isEncrypted('sslmode=no-verify')).toBe(true)
    expect(await isEncrypted('sslmode=disable')).toBe(false)
  })
})

describe('when every connection breaks', () => {
  test('what was under way is refused as unavailable, and everything goes on, notices too', async () => {
    const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
    const fixture = await Fixture.make(() => database.storage())
    const heard: StorageNotice[] = []
    const node = await database.node({ onNotice: (notice) => heard.push(notice) })
    await node.start()
    await fixture.addWebhook()
    const accepting = Array.from({ length: 20 }, () =>
      node.acceptEvents([{ workspaceId: fixture.workspaceId, events: fixture.events(20) }], fixture.noCapacity()),
    )
    const outcomes = Promise.allSettled(accepting)
    await database.client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    for (const outcome of await outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await until(
      () =>
        node.nextDueAt().then(
          () => true,
          () => false,
        ),
      (isBack) => isBack,
    )
    heard.length = 0
    await until(
      async () => heard.length,
      (count) => count > 0,
    )
    await node.stop()
    await database.drop()
  })

  test('a database that is not there stops the start with its reason', async () => {
    const { url, drop } = await makeDatabase(inject('postgresUrl'))
    await drop()
    const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
    await expect((await database.node({ url })).start()).rejects.toThrow('does not exist')
    await database.drop()
  })
})
