// Owns one PostgreSQL server of the tests: a directory of its own, a port of the loopback that stays the same over restarts,
// and every way to end it. It ends with the process that started it, also when that one is killed.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type ServerUser, serverBinaries, serverUser } from './server-binaries.ts'

export type ServerSettings = Readonly<Record<string, string>>

/** Where a server lives, and what it runs on. */
export interface ServerHome {
  readonly directory: string
  readonly data: string
  readonly bin: string
  /** For the one who reads the output of a run. */
  readonly from: string
  readonly user: ServerUser | undefined
}

/** Fast: every client is cut off, and everything is written. Immediate: nothing is, as in a crash. Killed: not even that is noticed. */
export type ServerEnd = 'fast' | 'immediate' | 'killed'

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' } as const
const READY_MS_MAX = 30_000
const RETRY_MS = 20

export class PostgresServer {
  readonly home: ServerHome
  readonly port: number
  readonly settings: ServerSettings
  #process: ChildProcess | undefined
  #output = ''

  private constructor(home: ServerHome, port: number, settings: ServerSettings) {
    this.home = home
    this.port = port
    this.settings = settings
  }

  /** A server on an empty directory, not started yet. @param fill puts its files there */
  static async make(settings: ServerSettings, fill: (home: ServerHome) => Promise<void> | void = initialise) {
    const directory = mkdtempSync(join(tmpdir(), 'timbre-postgres-'))
    const user = serverUser()
    chmodSync(directory, 0o755)
    const data = join(directory, 'data')
    mkdirSync(data, { mode: 0o700 })
    if (user !== undefined) chownSync(data, user.uid, user.gid)
    const home = { directory, data, user, ...serverBinaries(directory, user) }
    await fill(home)
    return new PostgresServer(home, await freePort(), settings)
  }

  /** Of a database from which others can be made. */
  get url(): string {
    return `postgres://timbre@127.0.0.1:${this.port}/postgres`
  }

  /** Resolves when it answers. After a kill the processes it left go on for a moment, and until then it is tried again. */
  async start(): Promise<void> {
    const deadline = Date.now() + READY_MS_MAX
    while (Date.now() < deadline) {
      const server = this.#process ?? this.#spawn()
      if (server.exitCode !== null || server.signalCode !== null) this.#process = undefined
      else if (await answers(this.url)) return
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
    throw new Error(`The PostgreSQL of the tests did not start.\n${this.#output}`)
  }

  /** Resolves when the process is gone. Tolerates being called twice. */
  async end(how: ServerEnd = 'fast'): Promise<void> {
    const server = this.#process
    this.#process = undefined
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
    server.kill(SIGNALS[how])
    await ended
  }

  /** Ends it and removes everything of it. */
  async remove(): Promise<void> {
    await this.end()
    rmSync(this.home.directory, { recursive: true, force: true })
  }

  #spawn(): ChildProcess {
    const { bin, data, user, directory } = this.home
    const settings = Object.entries({ ...this.settings, port: String(this.port) })
    const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const server = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      ...user,
    })
    server.stderr?.on('data', (chunk) => {
      this.#output = (this.#output + String(chunk)).slice(-4000)
    })
    this.#process = server
    watch(server.pid ?? 0, directory)
    return server
  }
}

function initialise({ bin, data, user }: ServerHome): void {
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'timbre', '--auth=trust', '-E', 'UTF8', '--no-locale', '-N'], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit'],
    ...user,
  })
}

/** A process of its own that ends the server when this one is gone, however it went. */
function watch(server: number, directory: string): void {
  const script = `while kill -0 ${process.pid} 2>/dev/null && kill -0 ${server} 2>/dev/null; do sleep 1; done
    kill -0 ${process.pid} 2>/dev/null && exit
    kill -INT ${server} 2>/dev/null; sleep 2; kill -KILL ${server} 2>/dev/null; rm -rf '${directory}'`
  spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url)
  // The reason is in the server's own output.
  client.on('error', () => {})
  const isUp = await client.connect().then(
    () => true,
    () => false,
  )
  await client.end().catch(() => {})
  return isUp
}

export function freePort(): Promise<number> {
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
