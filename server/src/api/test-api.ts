// Owns a whole service for tests of the API: a real SQLite file, a real engine, a real transport; nothing listens.
// Must never be imported by anything but tests.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { WORKSPACE_SCOPES, type WorkspaceScope } from '@timbre/contract/api-key.ts'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { Engine } from '../engine/engine.ts'
import { Metrics } from '../metrics.ts'
import { refusedTarget } from '../platform/address-guard.ts'
import { AesVault } from '../platform/aes-vault.ts'
import { systemClock } from '../platform/clock.ts'
import { IDLE_LOOP } from '../platform/event-loop.ts'
import { HttpTransport } from '../platform/http-transport.ts'
import { SystemRandom } from '../platform/random.ts'
import { SqliteStorage } from '../storage/sqlite/sqlite-storage.ts'
import type { Storage } from '../storage/storage.ts'
import { type ApiDependencies, buildServer } from './server.ts'

export interface TestCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD'
  readonly url: string
  /** Absent: the first workspace's key; null: none. */
  readonly key?: string | null
  readonly workspace?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a text or bytes as they are. */
  readonly body?: unknown
}

export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

export interface ApiUnderTest {
  readonly app: FastifyInstance
  readonly storage: Storage
  readonly adminKey: string
  /** Two workspaces, each with a key of all scopes. */
  readonly ours: { readonly id: string; readonly key: string }
  readonly theirs: { readonly id: string; readonly key: string }
  call(request: TestCall): Promise<TestAnswer>
  makeKey(workspaceId: string, scopes: readonly WorkspaceScope[]): Promise<string>
  /** Rows of each table. */
  counts(): Record<string, number>
  /** Every row of every table, as text, without when keys were last used, which is written later. */
  dump(): string
  logged(): string
  stop(): Promise<void>
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
  const engine = new Engine(
    { ...base, transport, loop: IDLE_LOOP, metrics: new Metrics({ withProcess: false }) },
    {
      policy: { scheduleSeconds: [0, 3600], jitter: 0 },
      timeoutMs: 5000,
      inFlightPerWebhookMax: 4,
      userAgent: 'Timbre/test',
      disableAfterMs: 0,
    },
  )
  await engine.start()
  const adminKey = `sk_admin_${randomBytes(16).toString('hex')}`
  const app = buildServer({
    ...base,
    engine,
    limits: { webhooksPerWorkspace: 100 },
    headerAllowlist: [],
    refuseTarget: (url) => refusedTarget(url, { allowTargets: [], allowLoopback: false }),
    allowHttpLoopback: false,
    adminKeyHash: createHash('sha256').update(adminKey).digest('hex'),
    version: '0.0.0-test',
    isReady: () => 'ok',
    metricsText: async () => 'timbre_test 1\n',
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
    adminKey,
    ours,
    theirs,
    call: (request) => call(app, { key: ours.key, workspace: ours.id, ...request }),
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
      await app.close()
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

async function call(app: FastifyInstance, request: TestCall): Promise<TestAnswer> {
  const { method = 'GET', url, key, workspace, headers, body } = request
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(typeof key === 'string' ? { authorization: `Bearer ${key}` } : {}),
      ...(typeof workspace === 'string' ? { 'x-workspace-id': workspace } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: isRaw ? Buffer.from(body as string) : JSON.stringify(body) }),
  })
  const isJson = String(answer.headers['content-type']).includes('json')
  return {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
    text: answer.body,
    body: isJson ? answer.json() : undefined,
  }
}
