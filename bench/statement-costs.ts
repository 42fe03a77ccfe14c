// Owns the table of what each call of the storage costs on a file with many rows: milliseconds, by call, one column for each
// file. `node bench/statement-costs.ts FILE …`, files as `fill-database.ts` makes them; the calls are the real ones.
import { randomUUID } from 'node:crypto'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { SystemRandom } from '@timbre/server/platform/random.ts'
import { NOTHING_OFFERED } from '@timbre/server/storage/shared/lease-budget.ts'
import { SqliteStorage } from '@timbre/server/storage/sqlite/sqlite-storage.ts'
import {
  type AttemptResult,
  attemptRecord,
  type DeliveryFilter,
  type EventFilter,
  type LeasedDelivery,
  type LeaseOffer,
  leaseOf,
  type Storage,
} from '@timbre/server/storage/storage.ts'
import {
  DAY_MS,
  RARE_TYPE,
  TYPES,
  WEBHOOKS_PER_WORKSPACE,
  WORKSPACES,
  webhookId,
  workspaceId,
} from './fill-database.ts'

const BATCHES = 150
const BATCH = 100
const REPEATS = 5
const W = workspaceId(6)
const H = webhookId(6, 4)
const random = new SystemRandom()

type Costs = Record<string, string>

const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const storages = files.map((file) => new SqliteStorage({ file, random, clock: systemClock }))
const columns = files.map((): Costs => ({}))
try {
  for (const [index, storage] of storages.entries()) await startCost(storage, columns[index] ?? {})
  await hotCosts()
  for (const [index, storage] of process.argv.includes('--hot') ? [] : storages.entries()) {
    await choreCosts(storage, columns[index] ?? {})
    await listCosts(storage, columns[index] ?? {})
  }
} finally {
  for (const storage of storages) await storage.stop()
}
for (const name of Object.keys(columns[0] ?? {})) {
  console.log(`| ${[name, ...columns.map((costs) => costs[name])].join(' | ')} |`)
}

async function startCost(storage: Storage, costs: Costs): Promise<void> {
  const { ms, value } = await timed(async () => {
    await storage.start()
    return storage.rescueDeliveries(Date.now(), true)
  })
  costs['start and rescue'] = `${ms.toFixed(1)} (${value})`
}

function offer(): LeaseOffer {
  return {
    ...NOTHING_OFFERED,
    token: randomUUID(),
    until: Date.now() + 900_000,
    limit: 1000,
    capacityDefault: 1000,
    workspaceDefault: 1000,
    common: 1000,
  }
}

/** Publishing spread over all webhooks, call ids at random, each delivery recorded as a success; the files take turns. */
async function hotCosts(): Promise<void> {
  const costs = storages.map(() => ({ accepts: [] as number[], records: [] as number[], cpu: 0 }))
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const [index, storage] of storages.entries()) {
      const cost = costs[index]
      if (cost === undefined) continue
      const now = Date.now()
      const requests = Array.from({ length: BATCH }, () => newRequest(now))
      const before = process.cpuUsage()
      const accepted = await timed(() => storage.acceptEvents(requests, offer()))
      const recorded = await timed(() => storage.recordAttempts(accepted.value.leased.map(success), offer()))
      const { user, system } = process.cpuUsage(before)
      cost.accepts.push(accepted.ms)
      cost.records.push(recorded.ms)
      cost.cpu += user + system
    }
  }
  for (const [index, { accepts, records, cpu }] of costs.entries()) {
    Object.assign(columns[index] ?? {}, {
      [`acceptEvents, ${BATCH}`]: summary(accepts),
      [`recordAttempts, ${BATCH}`]: summary(records),
      'CPU per event, µs': (cpu / BATCHES / BATCH).toFixed(1),
    })
  }
}

function newRequest(now: number) {
  const workspace = Math.floor(Math.random() * WORKSPACES)
  const id = `evt_${random.uuid(now)}`
  const type = `bench.type.${Math.floor(Math.random() * WEBHOOKS_PER_WORKSPACE)}`
  const envelope = `{"id":"${id}","type":"${type}","data":{"text":"${'x'.repeat(500)}"}}`
  const event = { id, type, agentId: null, callId: randomUUID(), createdAt: now, acceptedAt: now, envelope }
  return { workspaceId: workspaceId(workspace), events: [event] }
}

function success(delivery: LeasedDelivery): AttemptResult {
  return {
    lease: leaseOf(delivery),
    webhookId: delivery.webhookId,
    attempt: attemptRecord({
      number: delivery.attempts + 1,
      trigger: 'automatic',
      startedAt: Date.now(),
      durationMs: 3.5,
      timings: { dns: 0.5, connect: 1, tls: 2, firstByte: 9.25 },
      remoteAddress: '127.0.0.1',
      requestHeaders: { 'content-type': 'application/json', 'webhook-signature': 'x'.repeat(60) },
      responseStatus: 200,
      responseHeaders: { server: 'nginx' },
      responseBody: 'ok',
      outcome: 'answered',
      error: null,
    }),
    status: 'success',
    nextAttemptAt: null,
    countsForSchedule: true,
    disableWebhook: null,
    announce: [],
  }
}

async function choreCosts(storage: Storage, costs: Costs): Promise<void> {
  const now = Date.now()
  const repeat = (name: string, call: () => Promise<unknown>) => repeated(costs, name, call)
  await repeat('claimDue, up to 500', async () => {
    const claimed = await storage.claimDue({ ...offer(), limit: 500, capacityDefault: 400 }, Date.now())
    await storage.releaseDeliveries(claimed, now)
    return { rows: claimed }
  })
  await repeat('nextDueAt', () => storage.nextDueAt())
  await repeat('rescueDeliveries', () => storage.rescueDeliveries(now - DAY_MS, false))
  await repeat('listWebhooksToEvaluate', () => storage.listWebhooksToEvaluate(0, '', 100))
  await repeat('endOrphanedDeliveries', () => storage.endOrphanedDeliveries(500, now))
  await repeat('pruneResponses', () => storage.pruneResponses(now, 500))
  const prune = (retentionDaysDefault: number) =>
    storage.pruneEvents({ now: now + 2 * DAY_MS, retentionDaysDefault, from: null, rowsMax: 500 })
  await repeat('pruneEvents, nothing old', () => prune(300))
  await repeat('pruneEvents, a batch', () => prune(31))
  for (const only of ['missing', 'failed'] as const) {
    const scope = { workspaceId: W, webhookId: H, since: now - 10 * DAY_MS, until: now, eventKeys: null, only }
    let walk = (await storage.countReplay(scope, null)).next
    await repeat(`countReplay ${only}, first step`, () => storage.countReplay(scope, null))
    await repeat(`countReplay ${only}, a step`, async () => {
      walk = (await storage.countReplay(scope, walk)).next ?? walk
    })
  }
}

async function listCosts(storage: Storage, costs: Costs): Promise<void> {
  const now = Date.now()
  const firstPage = { limit: 50, before: null }
  const day = { since: now - 10 * DAY_MS, until: now - 10 * DAY_MS + 60_000 }
  const recent = (await storage.listDeliveries(W, { webhookId: H }, { limit: 1, before: null })).rows[0]
  const deep = { limit: 50, before: Math.floor((recent?.seq ?? 2) / 2) }
  const old = (await storage.listEvents(W, {}, { limit: 1, before: Math.floor(deep.before / 2) })).rows[0]
  const repeat = (name: string, call: () => Promise<unknown>) => repeated(costs, name, call)
  for (const [name, filter] of Object.entries(deliveryFilters(recent?.eventId ?? '', day))) {
    await repeat(`deliveries: ${name}`, () => storage.listDeliveries(W, filter, firstPage))
    await repeat(`deliveries: ${name}, deep`, () => storage.listDeliveries(W, filter, deep))
  }
  for (const [name, filter] of Object.entries(eventFilters(old?.id ?? '', old?.callId ?? '', day))) {
    await repeat(`events: ${name}`, () => storage.listEvents(W, filter, firstPage))
    await repeat(`events: ${name}, deep`, () => storage.listEvents(W, filter, deep))
  }
  const deliveryId = recent?.id ?? ''
  await repeat('findDelivery', () => storage.findDelivery(W, H, deliveryId))
  await repeat('attempts', () => storage.listAttempts(W, deliveryId, firstPage))
  await repeat('webhooks', () => storage.listWebhooks(W, { page: 1, limit: 20 }))
  await repeat('replays', () => storage.listReplays(W, H, { page: 1, limit: 20 }))
  await repeat('audit', () => storage.listAuditEntries(W, firstPage))
}

interface TimeRange {
  readonly since: number
  readonly until: number
}

function deliveryFilters(eventId: string, day: TimeRange): Readonly<Record<string, DeliveryFilter>> {
  return {
    none: {},
    webhook: { webhookId: H },
    event: { eventId },
    success: { status: 'success' },
    failed: { status: 'failed' },
    queued: { status: 'queued' },
    sending: { status: 'sending' },
    'webhook failed': { webhookId: H, status: 'failed' },
    'webhook queued': { webhookId: H, status: 'queued' },
    'webhook success': { webhookId: H, status: 'success' },
    'usual type': { eventKey: TYPES[0] },
    'rare type': { eventKey: RARE_TYPE },
    'type of none': { eventKey: 'none.such' },
    'webhook rare type': { webhookId: H, eventKey: RARE_TYPE },
    'failed rare type': { status: 'failed', eventKey: RARE_TYPE },
    'minute 10 days ago': day,
    'until 10 days ago': { until: day.until },
    'webhook minute 10 days ago': { webhookId: H, ...day },
    'failed minute 10 days ago': { status: 'failed', ...day },
  }
}

function eventFilters(id: string, callId: string, day: TimeRange): Readonly<Record<string, EventFilter>> {
  return {
    none: {},
    id: { id },
    call: { callId },
    'usual type': { type: TYPES[0] },
    'rare type': { type: RARE_TYPE },
    'type of none': { type: 'none.such' },
    'minute 10 days ago': day,
    'until 10 days ago': { until: day.until },
  }
}

/** With the number of rows, if the call answers with rows. */
async function repeated(costs: Costs, name: string, call: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  let rows = ''
  for (let index = 0; index < REPEATS; index++) {
    const { ms, value } = await timed(call)
    times.push(ms)
    if (typeof value === 'object' && value !== null && 'rows' in value && Array.isArray(value.rows))
      rows = ` (${value.rows.length})`
  }
  costs[name] = summary(times) + rows
}

async function timed<T>(call: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const startedAt = performance.now()
  const value = await call()
  return { ms: performance.now() - startedAt, value }
}

/** Median and mean: the mean holds the checkpoints and the pages that were read from disk. */
function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length
  return `${sorted[sorted.length >> 1]?.toFixed(2)} / ${mean.toFixed(2)}`
}
