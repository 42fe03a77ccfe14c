// Owns a real Timbre process for tests, demo and benchmarks: spawned, waited for, stopped or killed by pid.
// Must never share a setting with the environment it runs in.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, type ClientOptions, createClient } from '@getsupervisor/agents-studio-sdk'

const COMMAND = fileURLToPath(new URL('../../cli/bin/timbre.mjs', import.meta.url))
/** As `npm start` has them; test/house/node-flags.test.ts holds image, unit and npm script to them. */
export const NODE_FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=100'] as const
/** On a machine that is busy with other things a start takes many times as long as on a free one. */
const READY_MS_MAX = 60_000

export interface TimbreProcessOptions {
  /** Kept over restarts; absent: a scratch directory that `destroy` removes. */
  readonly dataDir?: string
  /** PEM of an authority that the process trusts beside the system's. */
  readonly ca?: string
  /** A PostgreSQL database; absent: SQLite in the data directory. */
  readonly databaseUrl?: string
  readonly settings?: Readonly<Record<string, string>>
  readonly nodeArguments?: readonly string[]
}

export class TimbreProcess {
  readonly workspaceId = randomUUID()
  readonly apiKey = `sk_live_${randomBytes(24).toString('hex')}`
  readonly adminKey = `sk_admin_${randomBytes(24).toString('hex')}`
  readonly dataDir: string
  readonly #masterKey = randomBytes(32).toString('base64')
  readonly #options: TimbreProcessOptions
  #child: ChildProcess | undefined
  #address = ''
  #output = ''

  constructor(options: TimbreProcessOptions = {}) {
    this.#options = options
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'timbre-'))
  }

  /** Everything that the process has printed so far, over all its starts. */
  get output(): string {
    return this.#output
  }

  get address(): string {
    return this.#address
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error('Timbre is not running.')
    return pid
  }

  /** Starts the process, on a free port, and resolves once it serves. `settings` are added to those given before. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<this> {
    const child = spawn(process.execPath, [...NODE_FLAGS, ...(this.#options.nodeArguments ?? []), COMMAND, 'start'], {
      env: this.#environment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const start = this.#output.length
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#output += String(chunk)))
    this.#address = await this.#served(child, start)
    return this
  }

  /** A client of the workspace that the process was started with. */
  client(options: Partial<Pick<ClientOptions, 'apiKey' | 'workspaceId' | 'retry'>> = {}): Client {
    const { workspaceId, apiKey } = this
    return createClient({ baseUrl: this.#address, workspaceId, apiKey, ...options })
  }

  /** SIGTERM, and the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  /** SIGKILL: no chance to finish anything. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends the process if it runs and removes its scratch directory. */
  async destroy(): Promise<void> {
    await this.#end('SIGKILL')
    if (this.#options.dataDir === undefined) rmSync(this.dataDir, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return null
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }

  async #served(child: ChildProcess, start: number): Promise<string> {
    const deadline = Date.now() + READY_MS_MAX
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) break
      const address = /Timbre serves on (\S+)/.exec(this.#output.slice(start))?.[1]
      if (address !== undefined && (await isReady(address))) return address
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`Timbre did not start:\n${this.#output.slice(start)}`)
  }

  #environment(settings: Readonly<Record<string, string>>): Record<string, string> {
    return {
      ...(process.env['PATH'] === undefined ? {} : { PATH: process.env['PATH'] }),
      ...(this.#options.ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: this.#caFile(this.#options.ca) }),
      ...this.#database(),
      TIMBRE_PORT: '0',
      TIMBRE_DATA_DIR: this.dataDir,
      TIMBRE_BOOTSTRAP_WORKSPACE_ID: this.workspaceId,
      TIMBRE_BOOTSTRAP_API_KEY: this.apiKey,
      TIMBRE_ADMIN_KEY: this.adminKey,
      TIMBRE_DEV: '1',
      TIMBRE_LOG_LEVEL: 'warn',
      ...this.#options.settings,
      ...settings,
    }
  }

  /** Nodes must be given a master key; those of a data directory that is kept have theirs in it, or in their settings. */
  #database(): Record<string, string> {
    const { databaseUrl, dataDir } = this.#options
    if (databaseUrl === undefined) return {}
    return { DATABASE_URL: databaseUrl, ...(dataDir === undefined ? { TIMBRE_MASTER_KEY: this.#masterKey } : {}) }
  }

  #caFile(ca: string): string {
    const file = join(this.dataDir, 'ca.pem')
    writeFileSync(file, ca)
    return file
  }
}

async function isReady(address: string): Promise<boolean> {
  const response = await fetch(`${address}/health/ready`).catch(() => undefined)
  return response?.status === 200
}
