// Owns a PgBouncer of the tests, before one PostgreSQL server: Debian's package, with its defaults but for the mode.
import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'
import { freePort } from './postgres-server.ts'
import { serverUser } from './server-binaries.ts'

const BINARY = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path))

/** Undefined: it is there. Else why no test can use it. */
export const whyNoPooler = BINARY === undefined ? "PgBouncer is not installed (Debian's package pgbouncer)" : undefined

export class Pooler {
  readonly #directory: string
  readonly #process: ChildProcess
  /** Of the database that the given URL names, through the pooler. */
  readonly url: string

  private constructor(directory: string, process: ChildProcess, url: string) {
    this.#directory = directory
    this.#process = process
    this.url = url
  }

  static async start(databaseUrl: string, mode: 'session' | 'transaction'): Promise<Pooler> {
    const directory = mkdtempSync(join(tmpdir(), 'timbre-pooler-'))
    const { port, username } = new URL(databaseUrl)
    const own = await freePort()
    const file = join(directory, 'pgbouncer.ini')
    // The server trusts whoever comes from the loopback. Session mode is the default.
    writeFileSync(
      file,
      `[databases]
* = host=127.0.0.1 port=${port} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
${mode === 'session' ? '' : `pool_mode = ${mode}`}
`,
    )
    const user = serverUser()
    if (user !== undefined) for (const path of [directory, file]) chownSync(path, user.uid, user.gid)
    const child = spawn(BINARY ?? '', [file], { stdio: 'ignore', ...(user ?? {}) })
    const url = new URL(databaseUrl)
    url.port = String(own)
    await until(
      () => isListening(own),
      (isThere) => isThere,
    )
    return new Pooler(directory, child, url.href)
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.kill('SIGTERM')
    await ended
    rmSync(this.#directory, { recursive: true })
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
