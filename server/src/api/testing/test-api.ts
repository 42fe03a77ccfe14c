// Owns a whole service for tests of the API: a real SQLite file, a real engine, a real transport; nothing listens before `send`.
// Must never be imported by anything but tests.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { WORKSPACE_SCOPES, type WorkspaceScope } from '@timbre/contract/api-key.ts'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { Engine } from '../../engine/engine.ts'
import { DeliveryFeed, streamLimits } from '../../insight/stream/delivery-feed.ts'
import { OpenStreams } from '../../insight/stream/open-streams.ts'
import { Metrics } from '../../metrics.ts'
import { refusedTarget } from '../../platform/address/address-guard.ts'
import { AesVault } from '../../platform/aes-vault.ts'
import { systemClock } from '../../platform/clock.ts'
import { CursorCipher } from '../../platform/cursor-cipher.ts'
import { IDLE_LOOP, SystemEventLoop } from '../../platform/event-loop.ts'
import { HttpTransport } from '../../platform/http/http-transport.ts'
import { SystemRandom } from '../../platform/random.ts'
import type { Vault } from '../../platform/vault.ts'
import { Schemas } from '../../schemas/schemas.ts'
import { SourceIntake } from '../../sources/source-intake.ts'
import { NO_OTHERS } from '../../storage/interface/other-nodes.ts'
import { SqliteStorage } from '../../storage/sqlite/sqlite-storage.ts'
import type { Storage } from '../../storage/storage.ts'
import type { FrontDoorOptions } from '../http/front-door.ts'
import { MetricsPage } from '../metrics/metrics-page.ts'
import { streamWriter } from '../present/stream-words.ts'
import { type ApiDependencies, buildServer } from '../server.ts'
import { assertDocumented } from './test-documented.ts'

export interface TestCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD' | 'OPTIONS' | 'QUERY'
  readonly url: string
  /** Absent: the first workspace's key; null: none. */
  readonly key?: string | null
  readonly workspace?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a text or bytes as they are. */
  readonly body?: unknown
}

export interface TestResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

export interface ApiUnderTest {
  readonly app: FastifyInstance
  readonly storage: Storage
  readonly vault: Vault
  readonly feed: DeliveryFeed
  readonly streams: OpenStreams
  readonly adminKey: string
  /** Two workspaces, each with a key of all scopes. */
  readonly ours: { readonly id: string; readonly key: string }
  readonly theirs: { readonly id: string; readonly key: string }
  call(request: TestCall): Promise<TestResponse>
  /** The same by a connection, and so past what stands before the framework. */
  send(request: TestCall): Promise<TestResponse>
  makeKey(workspaceId: string, scopes: readonly WorkspaceScope[]): Promise<string>
  /** Rows of each table. */
  counts(): Record<string, number>
  /** Every row of every table, as text, without when keys were last used, which is written later. */
  dump(): string
  logged(): string
  stop(): Promise<void>
}

export function testMetrics(text: () => Promise<string>, key: string | null = null): MetricsPage {
  return new MetricsPage({ clock: systemClock, text, key })
}

/** Without limits of requests. */
export const OPEN_DOOR: FrontDoorOptions = {
  connections: 1000,
  connectionsPerAddress: 1000,
  trustedProxies: [],
  requestsPerSecond: { publish: 0, read: 0, manage: 0, test: 0 },
  failedCredentialsPerMinute: 0,
}

const TABLES = [
  'workspaces',
  'api_keys',
  'webhooks',
  'subscriptions',
  'event_types',
  'events',
  'deliveries',
  'attempts',
  'replays',
  'audit_entries',
  'idempotency_keys',
  'key_checks',
  'sessions',
  'ids_left',
  'sources',
  'source_calls',
  'source_signals',
  'refused_requests',
]

export async function startApi(change: Partial<ApiDependencies> = {}): Promise<ApiUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-api-'))
  const file = join(directory, 'timbre.db')
  const random = new SystemRandom()
  const storage = new SqliteStorage({ file, random, clock: systemClock })
  await storage.start()
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) })
  const policy = { allowTargets: [], allowLoopback: true }
  const vault = new AesVault([randomBytes(32)])
  const transport = new HttpTransport({ clock: systemClock, policy })
  const base = { storage, vault, clock: systemClock, random, log }
  const metrics = new Metrics({ withProcess: false })
  const cursors = new CursorCipher([randomBytes(32)])
  const streams = new OpenStreams(base, streamLimits(40))
  const feed = new DeliveryFeed({ ...base, streams, writer: streamWriter(cursors) })
  const engine = new Engine(
    { ...base, transport, loop: IDLE_LOOP, metrics, onChanged: (id) => feed.changed(id) },
    {
      policy: { scheduleSeconds: [0, 3600], jitter: 0 },
      timeoutMs: 5000,
      retryDelaySecondsMin: 5,
      inFlightPerWebhookMax: 4,
      userAgent: 'Timbre/test',
      disableAfterMs: 0,
    },
  )
  await engine.start()
  const adminKey = `sk_admin_${randomBytes(16).toString('hex')}`
  const onThreadDeath = (error: Error) => log.error(error)
  const schemas = new Schemas({ clock: systemClock, loop: new SystemEventLoop(), onThreadDeath })
  const app = buildServer({
    schemas,
    intake: new SourceIntake({ ...base, engine, loop: IDLE_LOOP }),
    ...base,
    changes: NO_OTHERS,
    loop: new SystemEventLoop(),
    cursors,
    feed,
    streams,
    engine,
    limits: { webhooksPerWorkspace: 1000 },
    headerAllowlist: [],
    refuseTarget: (url) => refusedTarget(url, { allowTargets: [], allowLoopback: false }),
    allowHttpLoopback: false,
    allowShortRetries: false,
    adminKeyHashes: [createHash('sha256').update(adminKey).digest('hex')],
    version: '0.0.0-test',
    facts: {
      backend: 'sqlite',
      startedAt: systemClock.now(),
      settings: { en: [], es: [] },
      freeBytesBeside: async () => 1_000_000,
    },
    readiness: { state: 'ok' },
    metrics,
    metricsPage: testMetrics(async () => 'timbre_test 1\n'),
    hasDocs: true,
    corsOrigins: [],
    browser: { publicUrl: null, frameAncestors: [], allowPlainHttp: false },
    mcp: 'write',
    testReceiversMax: 256,
    sdkPackage: () => Buffer.from('a packed SDK'),
    dashboard: undefined,
    frontDoor: OPEN_DOOR,
    ...change,
  })
  await app.ready()
  const caller = { app, adminKey }
  const ours = await makeWorkspace(caller, 'Ours')
  const theirs = await makeWorkspace(caller, 'Theirs')
  const reader = new DatabaseSync(file, { readOnly: true })
  return {
    app,
    storage,
    vault,
    feed,
    streams,
    adminKey,
    ours,
    theirs,
    call: (request) => call(app, { key: ours.key, workspace: ours.id, ...request }),
    send: (request) => send(app, { key: ours.key, workspace: ours.id, ...request }),
    makeKey: (workspaceId, scopes) => makeKey(caller, workspaceId, scopes),
    counts: () =>
      Object.fromEntries(
        TABLES.map((table) => [table, Number(reader.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])]),
      ),
    dump: () =>
      TABLES.map((table) => JSON.stringify(reader.prepare(`SELECT * FROM ${table}`).all()))
        .join('\n')
        .replaceAll(/"last_used_at":(null|\d+)/g, ''),
    logged: () => lines.join(''),
    async stop() {
      await feed.stop()
      await app.close()
      await schemas.stop()
      await engine.stop()
      await transport.stop()
      reader.close()
      await storage.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

interface AdminCaller {
  readonly app: FastifyInstance
  readonly adminKey: string
}

async function makeWorkspace(caller: AdminCaller, name: string): Promise<{ id: string; key: string }> {
  const { app, adminKey } = caller
  const made = await call(app, { method: 'POST', url: '/v1/workspaces', key: adminKey, body: { name } })
  const { id } = made.body
  return { id, key: await makeKey(caller, id, WORKSPACE_SCOPES) }
}

async function makeKey(
  { app, adminKey }: AdminCaller,
  workspaceId: string,
  scopes: readonly WorkspaceScope[],
): Promise<string> {
  const made = await call(app, {
    method: 'POST',
    url: '/v1/api-keys',
    key: adminKey,
    workspace: workspaceId,
    body: { name: 'Test', scopes },
  })
  if (made.status !== 201) throw new Error(`no key was made: ${made.text}`)
  return made.body.key
}

async function call(app: FastifyInstance, request: TestCall): Promise<TestResponse> {
  const { method = 'GET', url } = request
  const payload = payloadOf(request)
  const response = await app.inject({
    method,
    url,
    headers: headersOf(request),
    payloadAsStream: true,
    ...(payload === undefined ? {} : { payload }),
  })
  const body = response.stream()
  // It does not end by itself: the head is all that is wanted of it.
  const isStream = response.headers['content-type'] === 'text/event-stream'
  const text = isStream ? '' : (await body.toArray()).join('')
  if (isStream) body.destroy()
  assertDocumented(method, url, response.statusCode, text)
  return responseOf(response.statusCode, response.headers, text)
}

async function send(app: FastifyInstance, request: TestCall): Promise<TestResponse> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo // a TCP server has one
  const payload = payloadOf(request)
  // As `inject` does; without it the length would be known only when the body has ended.
  const length = payload === undefined ? {} : { 'content-length': String(payload.length) }
  const { method = 'GET', url: path } = request
  const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers: { ...length, ...headersOf(request) } })
  sent.on('error', () => {}) // a server that refuses a body may close while it is still being written
  sent.end(payload)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return responseOf(Number(response.statusCode), response.headers, (await response.toArray()).join(''))
}

function payloadOf({ body }: TestCall): Buffer | undefined {
  if (body === undefined) return undefined
  return Buffer.from(typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body))
}

function headersOf({ key, workspace, headers, body }: TestCall): Record<string, string> {
  return {
    ...(typeof key === 'string' ? { authorization: `Bearer ${key}` } : {}),
    ...(typeof workspace === 'string' ? { 'x-workspace-id': workspace } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }
}

function responseOf(status: number, headers: object, text: string): TestResponse {
  const texts = headers as Record<string, string> // none that comes more than once
  const isJson = String(texts['content-type']).includes('json')
  return { status, headers: texts, text, body: isJson && text !== '' ? JSON.parse(text) : undefined }
}
