// Owns the PostgreSQL of a test run: started once, and ended with the run. Its data is worth nothing: nothing of it is fsynced.
import pg from 'pg'
import { PostgresServer, type ServerSettings } from './postgres-server.ts'

export interface TestServer {
  /** Of a database from which others can be made. */
  readonly url: string
  /** For the one who reads the output of a run. */
  readonly description: string
  stop(): Promise<void>
}

const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
  max_wal_size: '1GB',
  autovacuum_naptime: '5s',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
}

/** `TEST_DATABASE_URL` if it is set, else a server of our own. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  if (given === undefined || given === '') return startOwnServer()
  return { url: given, description: `${await versionAt(given)} at TEST_DATABASE_URL`, stop: async () => {} }
}

/** @param more settings of the server */
export async function startOwnServer(more: ServerSettings = {}): Promise<TestServer> {
  const server = await PostgresServer.make({ ...SETTINGS, ...more })
  await server.start()
  const { url, home } = server
  return { url, description: `${await versionAt(url)} (${home.from})`, stop: () => server.remove() }
}

export async function versionAt(url: string): Promise<string> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('SHOW server_version')
  await client.end()
  return `PostgreSQL ${String(rows[0]?.server_version)}`
}
