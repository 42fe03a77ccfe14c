// Owns making a streaming replica of a server of the tests, as pg_basebackup does, which the package with the server does
// not bring: a backup by SQL and a copy of the files.
import { chmodSync, chownSync, copyFileSync, lchownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { until } from '../until.ts'
import { PostgresServer, type ServerHome, type ServerSettings } from './postgres-server.ts'

/** What belongs to the running server, and its log, which the replica is sent. */
const NOT_COPIED = /^(postmaster\.(pid|opts)|pg_wal|pg_replslot|pg_stat_tmp|pgsql_tmp.*|pg_internal\.init.*)$/

/** A started hot standby. Every commit of the primary waits from now on until the replica has it on disk. */
export async function makeReplica(primary: PostgresServer): Promise<PostgresServer> {
  const replica = await makeStandby(primary)
  const client = new pg.Client(primary.url)
  await client.connect()
  try {
    await client.query("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
    await client.query('SELECT pg_reload_conf()')
    await until(
      async () => (await client.query('SELECT sync_state FROM pg_stat_replication')).rows[0]?.sync_state,
      (state) => state === 'sync',
    )
    return replica
  } finally {
    await client.end()
  }
}

/** A started hot standby, for which nobody waits. @param more settings of its own */
export async function makeStandby(primary: PostgresServer, more: ServerSettings = {}): Promise<PostgresServer> {
  const client = new pg.Client(primary.url)
  await client.connect()
  try {
    const settings = { ...primary.settings, ...more }
    const standby = await PostgresServer.make(settings, (home) => copy(client, primary, home))
    await standby.start()
    return standby
  } finally {
    await client.end()
  }
}

/** Makes the replica a server that writes. Resolves when it does. */
export async function promote(replica: PostgresServer): Promise<void> {
  const client = new pg.Client(replica.url)
  await client.connect()
  await client.query('SELECT pg_promote(true)')
  await client.end()
}

async function copy(client: pg.Client, primary: PostgresServer, home: ServerHome): Promise<void> {
  const from = primary.home.data
  await client.query("SELECT pg_backup_start('replica', true)")
  copyFolder(from, home.data)
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)')
  writeFileSync(join(home.data, 'backup_label'), String(rows[0]?.labelfile))
  writeFileSync(join(home.data, 'standby.signal'), '')
  const connection = `host=127.0.0.1 port=${primary.port} user=timbre application_name=replica`
  writeFileSync(join(home.data, 'postgresql.auto.conf'), `primary_conninfo = '${connection}'\n`)
  for (const name of ['pg_wal', 'pg_replslot']) mkdirSync(join(home.data, name), { recursive: true })
  own(home)
}

/** The server goes on meanwhile: what it has removed before it was copied is not needed, and its log says so. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (NOT_COPIED.test(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    try {
      if (entry.isDirectory()) copyFolder(source, target)
      else copyFileSync(source, target)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
}

function own({ data, user }: ServerHome): void {
  chmodSync(data, 0o700)
  if (user === undefined) return
  chownSync(data, user.uid, user.gid)
  for (const name of readdirSync(data, { recursive: true })) lchownSync(join(data, String(name)), user.uid, user.gid)
}
