// Owns the PostgreSQL of a test run: started once, on a free port of the loopback, and ended with the run, also when the
// run is killed. Its data is worth nothing: nothing of it is fsynced.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type ServerUser, serverBinaries, serverUser } from './server-binaries.ts'

export interface TestServer {
  /** Of a database from which others can be made. */
  readonly url: string
  /** For the one who reads the output of a run. */
  readonly description: string
  stop(): Promise<void>
}

const READY_MS_MAX = 30_000
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
export async function startOwnServer(more: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-postgres-'))
  const user = serverUser()
  chmodSync(directory, 0o755)
  const data = join(directory, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (user !== undefined) chownSync(data, user.uid, user.gid)
  const { bin, from } = serverBinaries(directory, user)
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'timbre', '--auth=trust', '-E', 'UTF8', '--no-locale', '-N'], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit'],
    ...user,
  })
  const port = await freePort()
  const stop = await run(bin, data, { ...SETTINGS, ...more, port: String(port) }, user, directory)
  const url = `postgres://timbre@127.0.0.1:${port}/postgres`
  return { url, description: `${await versionAt(url)} (${from})`, stop }
}

async function run(
  bin: string,
  data: string,
  settings: Readonly<Record<string, string>>,
  user: ServerUser | undefined,
  directory: string,
) {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let output = ''
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  })
  server.stderr.on('data', (chunk) => (output = (output + String(chunk)).slice(-4000)))
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  watch(server.pid ?? 0, directory)
  await ready(Number(settings['port']), () => (server.exitCode === null ? undefined : output))
  return async () => {
    // SIGINT: a fast shutdown, that waits for no client.
    server.kill('SIGINT')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A process of its own that ends the server when this one is gone, however it went. */
function watch(server: number, directory: string): void {
  const script = `while kill -0 ${process.pid} 2>/dev/null && kill -0 ${server} 2>/dev/null; do sleep 1; done
    kill -0 ${process.pid} 2>/dev/null && exit
    kill -INT ${server} 2>/dev/null; sleep 2; kill -KILL ${server} 2>/dev/null; rm -rf '${directory}'`
  spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}

async function ready(port: number, failure: () => string | undefined): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX
  while (Date.now() < deadline && failure() === undefined) {
    const client = new pg.Client(`postgres://timbre@127.0.0.1:${port}/postgres`)
    // The reason is in the server's own output.
    client.on('error', () => {})
    const isUp = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`The PostgreSQL of the tests did not start.\n${failure() ?? ''}`)
}

async function versionAt(url: string): Promise<string> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('SHOW server_version')
  await client.end()
  return `PostgreSQL ${String(rows[0]?.server_version)}`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
