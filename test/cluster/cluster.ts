// Owns the world of a cluster test: three real nodes over one real PostgreSQL behind a proxy, a real HTTPS receiver, and the
// account of what was acknowledged and what arrived.
import { randomBytes } from 'node:crypto'
import type { Client } from '@getsupervisor/agents-studio-sdk'
import pg from 'pg'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { makeDatabase, runSql } from '../support/postgres/database.ts'
import { PostgresServer } from '../support/postgres/postgres-server.ts'
import { Receiver } from '../support/receiver.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { type Delivered, type Fault, Ledger } from './ledger.ts'
import { senderOf } from './sender-of.ts'

export const NODES = 3
export const ORDERED = '/ordered'
export const FREE = '/free'
export const CONNECTIONS_MAX = 60

/** Everything on disk, as an operator has it. The log is kept for a replica that begins to follow. */
const SERVER_SETTINGS = {
  max_connections: String(CONNECTIONS_MAX),
  shared_buffers: '64MB',
  max_wal_size: '1GB',
  wal_keep_size: '256MB',
  autovacuum_naptime: '5s',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
}
/** The nodes are no superusers: then the connections that PostgreSQL reserves are not for them. */
const ROLE = 'node'
const FAILING = 0.1
const ANSWER_MS_MAX = 60
/** What is in flight when a node is struck is answered within this. */
const IN_FLIGHT_MS = 500

export interface ClusterOptions {
  /** From 0 up to 1. */
  readonly random: () => number
  readonly settings?: Readonly<Record<string, string>>
}

const certificates: Certificates = await makeCertificates()

export async function makeServer(): Promise<PostgresServer> {
  const server = await PostgresServer.make(SERVER_SETTINGS)
  await server.start()
  await runSql(server.url, `CREATE ROLE ${ROLE} LOGIN`)
  return server
}

export class Cluster {
  readonly ledger = new Ledger(ORDERED)
  readonly nodes: readonly TimbreProcess[]
  readonly proxy: TcpProxy
  readonly receiver: Receiver
  /** The receiver takes so long at least. */
  answerMsMin = 0
  /** The server that the nodes reach now. */
  server: PostgresServer
  readonly #databaseName: string
  readonly #senders = new Map<number, number | undefined>()
  readonly #random: () => number

  private constructor(server: PostgresServer, databaseName: string, proxy: TcpProxy, options: ClusterOptions) {
    this.server = server
    this.proxy = proxy
    this.#databaseName = databaseName
    this.#random = options.random
    this.receiver = new Receiver({ certificates })
    const databaseUrl = `postgres://${ROLE}@127.0.0.1:${proxy.port}/${databaseName}`
    const settings = {
      TIMBRE_MASTER_KEY: randomBytes(32).toString('base64'),
      TIMBRE_RETRY_SCHEDULE: `0${',0.2'.repeat(200)}`,
      ...options.settings,
    }
    const first = new TimbreProcess({ ca: certificates.ca, databaseUrl, settings })
    const same = { TIMBRE_BOOTSTRAP_WORKSPACE_ID: first.workspaceId, TIMBRE_BOOTSTRAP_API_KEY: first.apiKey }
    const others = Array.from(
      { length: NODES - 1 },
      () => new TimbreProcess({ ca: certificates.ca, databaseUrl, settings: { ...settings, ...same } }),
    )
    this.nodes = [first, ...others]
  }

  /** Three nodes that serve, on a database of their own. */
  static async start(server: PostgresServer, options: ClusterOptions): Promise<Cluster> {
    const { name } = await makeDatabase(server.url)
    await runSql(server.url, `ALTER DATABASE ${name} OWNER TO ${ROLE}`)
    const proxy = await new TcpProxy(server.port).start()
    const cluster = new Cluster(server, name, proxy, options)
    await cluster.receiver.start()
    await Promise.all(cluster.nodes.map((node) => node.start()))
    return cluster
  }

  /** Two webhooks at the receiver, of which one wants the events of a call in order. */
  async subscribe(): Promise<void> {
    this.receiver.answer(async ({ path, body, remotePort }) => {
      const delivered = deliveredOf(path, body)
      this.ledger.arrives(delivered)
      const node = this.#senderOf(remotePort)
      if (this.#random() < FAILING) return { status: 503 }
      await new Promise((resolve) => setTimeout(resolve, this.answerMsMin + this.#random() * ANSWER_MS_MAX))
      this.ledger.succeeds(delivered, { at: Date.now(), node })
      return {}
    })
    await this.addWebhook(ORDERED, { ordering: 'call' })
    await this.addWebhook(FREE)
  }

  async addWebhook(
    path: string,
    fields: { readonly ordering?: 'call'; readonly rateLimitPerSecond?: number } = {},
  ): Promise<void> {
    const { webhooks } = this.client(0)
    const { id } = await webhooks.create({ url: this.receiver.url(path), ...fields })
    await webhooks.createSubscription(id, { eventKey: 'call.completed' })
  }

  async removeWebhooks(): Promise<void> {
    const { webhooks } = this.client(0)
    for await (const { id } of await webhooks.list()) await webhooks.delete(id)
  }

  /** That tries once. */
  client(node: number): Client {
    const { workspaceId, apiKey } = this.node(0)
    return this.node(node).client({ workspaceId, apiKey, retry: { maxRetries: 0 } })
  }

  node(nth: number): TimbreProcess {
    const node = this.nodes[nth]
    if (node === undefined) throw new Error(`There is no node ${nth}.`)
    return node
  }

  /** SIGKILL, and started again after `downMs`. */
  async kill(nth: number, downMs: number): Promise<void> {
    this.#note('killed', nth)
    await this.node(nth).kill()
    await new Promise((resolve) => setTimeout(resolve, downMs))
    this.#senders.clear()
    await this.node(nth).start()
  }

  /** SIGSTOP. @returns what wakes it */
  pause(nth: number): () => void {
    this.#note('paused', nth)
    const { pid } = this.node(nth)
    process.kill(pid, 'SIGSTOP')
    return () => process.kill(pid, 'SIGCONT')
  }

  /** From now on every node may be without its database. @returns what ends it */
  loseDatabase(kind: string): () => void {
    const fault: Fault = { kind, node: undefined, from: Date.now(), until: Number.POSITIVE_INFINITY }
    this.ledger.faults.push(fault)
    return () => {
      fault.until = Date.now()
    }
  }

  /** Asks the database itself, past the proxy and as superuser. */
  async sql(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const url = new URL(this.server.url)
    url.pathname = `/${this.#databaseName}`
    const client = new pg.Client(url.href)
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text, [...values])).rows
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** A connection as the nodes have theirs. */
  connection(): pg.Client {
    const client = new pg.Client(`postgres://${ROLE}@127.0.0.1:${this.server.port}/${this.#databaseName}`)
    client.on('error', () => {})
    return client
  }

  /** The sum of a counter over the nodes, since each was started. */
  async metric(name: string): Promise<number> {
    const values = this.nodes.map(async ({ address }) => {
      const text = await (await fetch(`${address}/metrics`)).text()
      return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
    })
    return (await Promise.all(values)).reduce((sum, value) => sum + value, 0)
  }

  async destroy(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.destroy()))
    await this.receiver.stop()
    await this.proxy.stop()
  }

  #note(kind: string, node: number): void {
    this.ledger.faults.push({ kind, node, from: Date.now(), until: Date.now() + IN_FLIGHT_MS })
  }

  /** Looked up once for each connection, while its sender lives. */
  #senderOf(remotePort: number): number | undefined {
    if (this.#senders.has(remotePort)) return this.#senders.get(remotePort)
    const pids = this.nodes.map((node) => (node.isRunning ? node.pid : -1))
    const pid = senderOf(remotePort, this.receiver.port, pids)
    const node = pid === undefined ? undefined : pids.indexOf(pid)
    this.#senders.set(remotePort, node)
    return node
  }
}

function deliveredOf(path: string, body: Buffer): Delivered {
  // What Timbre sends is what the load has published: see load.ts.
  const { id, data } = JSON.parse(body.toString()) as { id: string; data: { call_id: string; nth: number } }
  return { path, eventId: id, callId: data.call_id, nth: data.nth }
}
