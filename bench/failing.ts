// Owns the numbers of 5,000 webhooks that fail and wait for their retries, and one that hangs with a backlog that is due: the rate,
// how soon a publish is accepted, and what the database's CPU is, beside the same without them, in windows that take turns
// (DESIGN §7: at least 0.8 × the rate). On both backends. Load goes to 127.0.0.1 only, and is bounded in time.
import { createClient } from '@getsupervisor/agents-studio-sdk'
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { cpuTime } from './cpu-time.ts'
import { monotonicMs, sleep } from './load/monotonic.ts'
import type { PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, Rig, type Seconds } from './load/rig.ts'
import { type BenchOptions, type Measurement, median, percentile } from './measurement.ts'
import { PostgresServer } from './postgres-server.ts'
import { runAlone } from './run-alone.ts'
import { attemptCount, deliveredCount } from './server-counts.ts'

const FAILING = { full: 5000, quick: 500 } as const
/** An origin that fails is sent ever less: with so many each webhook has had its first attempt in a few seconds. */
const FAILING_ORIGINS = 50
const BACKLOG = 2000
const WEBHOOKS = 10
const PER_SECOND = 200
const BATCH = 100
const CONNECTIONS = 4
const OUTSTANDING_MAX = 1600
const WINDOWS = 3
const PREPARED_MS_MAX = 180_000
/** Of clients that make webhooks and publish, beside each other. */
const MAKERS = 16
/** The second attempt comes when all is over. */
const SETTINGS = {
  TIMBRE_DEV: '0',
  TIMBRE_ALLOW_TARGETS: '127.0.0.0/8',
  TIMBRE_RETRY_SCHEDULE: '0,36000',
  TIMBRE_MAX_WEBHOOKS_PER_WORKSPACE: '10000',
  TIMBRE_LIMIT_MANAGE: '100000',
}

/** Of one of the two servers: what it costs is counted apart. */
interface Database {
  /** undefined: a file of the server's own. */
  readonly url: string | undefined
  /** Microseconds of CPU that it has taken so far. */
  readonly cpuMicros: (timbre: TimbreProcess) => number | Promise<number>
  readonly pids: () => readonly number[]
  readonly stop: () => Promise<void>
}

interface Backend {
  readonly name: string
  readonly open: () => Promise<Database>
}

interface Served {
  readonly timbre: TimbreProcess
  readonly target: PublishTarget
  readonly database: Database
}

interface Window {
  readonly perSecond: number
  readonly acceptP99Ms: number
  /** Of the database, for each event that was published at the fixed rate. */
  readonly databaseMicros: number
}

const SQLITE: Backend = {
  name: 'SQLite',
  open: async () => ({
    url: undefined,
    cpuMicros: ({ pid }) => cpuTime(pid).writer,
    pids: () => [],
    stop: async () => undefined,
  }),
}

const POSTGRES: Backend = {
  name: 'PostgreSQL',
  open: async () => {
    const server = await PostgresServer.start()
    const { url } = await server.makeDatabase()
    return {
      url,
      cpuMicros: async () => (await server.used()).cpuMicros,
      pids: () => server.pids(),
      stop: () => server.stop(),
    }
  },
}

/** On SQLite. */
export function measure(options: BenchOptions): Promise<Measurement[]> {
  return measureOn(SQLITE, options)
}

export function measureOnPostgres(options: BenchOptions): Promise<Measurement[]> {
  return measureOn(POSTGRES, options)
}

async function measureOn(backend: Backend, options: BenchOptions): Promise<Measurement[]> {
  const databases: [Database, Database] = [await backend.open(), await backend.open()]
  const rig = await Rig.start(1 + FAILING_ORIGINS, () => databases.flatMap((database) => database.pids()))
  try {
    const servers: [Served, Served] = [await serve(rig, databases[0]), await serve(rig, databases[1])]
    const count = options.quick ? FAILING.quick : FAILING.full
    await prepare(rig, servers[1].timbre, count)
    const pairs: [Window, Window][] = []
    for (let round = 1; round <= options.rounds; round++) {
      const pair = await measurePair(rig, servers, options)
      pairs.push(pair)
      options.log(
        `${backend.name}, round ${round}: without ${lineOf(pair[0])} | beside ${count} failing ${lineOf(pair[1])}`,
      )
    }
    return rowsOf(backend, count, pairs)
  } finally {
    await rig.stop()
    for (const database of databases) await database.stop()
  }
}

async function serve(rig: Rig, database: Database): Promise<Served> {
  const { url: databaseUrl } = database
  const timbre = await rig.timbre({ settings: SETTINGS, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
  const groups = Array.from({ length: WEBHOOKS }, (_, index) => [`${rig.urls[0]}/fine/${index}`])
  return { timbre, target: await makeWebhooks(timbre, groups), database }
}

/** Another workspace's webhooks, each with a delivery that has failed once and waits; and one with deliveries that are due. */
async function prepare(rig: Rig, timbre: TimbreProcess, count: number): Promise<void> {
  const { id: workspaceId } = await timbre.client({ apiKey: timbre.adminKey }).workspaces.create({ name: 'failing' })
  const client = createClient({
    baseUrl: timbre.address,
    workspaceId,
    apiKey: timbre.adminKey,
    timeoutMs: 60_000,
    // Nothing of this is measured: a machine that refuses some of it needs longer.
    retry: { maxRetries: 20 },
  })
  const origins = rig.urls.slice(1)
  const agents = Array.from({ length: count / origins.length }, () => crypto.randomUUID())
  await beside(agents, async (agentId) => {
    for (const origin of origins)
      await client.webhooks.create({ url: `${origin}/fail`, agentId, eventKeys: ['call.completed'] })
  })
  const hanging = crypto.randomUUID()
  await client.webhooks.create({ url: `${rig.urls[0]}/hang`, agentId: hanging, eventKeys: ['call.completed'] })
  const publish = (agentId: string) =>
    client.events.publish({ type: 'call.completed', agentId, data: { call_id: crypto.randomUUID() } })
  const before = await attemptCount(timbre)
  await beside(agents, publish)
  const until = monotonicMs() + PREPARED_MS_MAX
  while ((await attemptCount(timbre)) - before < count) {
    if (monotonicMs() > until) throw new Error(`Not all of ${count} webhooks were tried once.`)
    await sleep(200)
  }
  await beside(Array<string>(BACKLOG).fill(hanging), publish)
}

async function beside<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: MAKERS }, worker))
}

async function measurePair(
  rig: Rig,
  [plain, failing]: readonly [Served, Served],
  { quick }: BenchOptions,
): Promise<[Window, Window]> {
  const seconds = quick ? { warmUp: 0.5, window: 1.5 } : { warmUp: 1, window: 4 }
  const windows: [Window, Window][] = []
  for (let nth = 0; nth < (quick ? 1 : WINDOWS); nth++) {
    windows.push([await measureWindow(rig, plain, seconds), await measureWindow(rig, failing, seconds)])
  }
  return [middle(windows.map(([without]) => without)), middle(windows.map(([, with_]) => with_))]
}

async function measureWindow(rig: Rig, { timbre, target, database }: Served, seconds: Seconds): Promise<Window> {
  const bodyBytes = BODY_BYTES.small
  const open = { kind: 'publish open', target, bodyBytes, perSecond: PER_SECOND } as const
  const { before, after, load } = await rig.run(open, seconds, async () => database.cpuMicros(timbre))
  const closed = {
    kind: 'publish closed',
    target,
    bodyBytes,
    batch: BATCH,
    connections: CONNECTIONS,
    fanOut: 1,
    outstandingMax: OUTSTANDING_MAX,
    progressFile: rig.progressFile,
  } as const
  const rate = await rig.run(closed, seconds, async () => ({ at: monotonicMs(), count: await deliveredCount(timbre) }))
  return {
    acceptP99Ms: percentile(load.answerMs, 0.99),
    databaseMicros: (after - before) / (PER_SECOND * seconds.window),
    perSecond: ((rate.after.count - rate.before.count) * 1000) / (rate.after.at - rate.before.at),
  }
}

function middle(windows: readonly Window[]): Window {
  const of = (value: (window: Window) => number) => median(windows.map(value))
  return {
    perSecond: of(({ perSecond }) => perSecond),
    acceptP99Ms: of(({ acceptP99Ms }) => acceptP99Ms),
    databaseMicros: of(({ databaseMicros }) => databaseMicros),
  }
}

function rowsOf({ name }: Backend, count: number, pairs: readonly (readonly [Window, Window])[]): Measurement[] {
  const what = `beside ${count.toLocaleString('en')} failing webhooks and one that hangs, ${name}`
  const note = `${PER_SECOND} events/s to ${WEBHOOKS} webhooks, then batches of ${BATCH}; medians of ${WINDOWS} windows in turn`
  const ratio = (of: (window: Window) => number) => pairs.map(([without, beside]) => of(beside) / of(without))
  return [
    {
      name: `rate ${what}`,
      unit: '× without',
      values: ratio((window) => window.perSecond),
      budget: { atLeast: 0.8 },
      note,
    },
    {
      name: `accept p99 ${what}`,
      unit: '× without',
      values: ratio((window) => window.acceptP99Ms),
      budget: { atMost: 1.25 },
    },
    {
      name: `CPU of the database for an event ${what}`,
      unit: '× without',
      values: ratio((window) => window.databaseMicros),
      budget: { atMost: 1.25 },
    },
    {
      name: `accept p99 without failing webhooks, ${name}`,
      unit: 'ms',
      values: pairs.map(([{ acceptP99Ms }]) => acceptP99Ms),
    },
  ]
}

function lineOf({ perSecond, acceptP99Ms, databaseMicros }: Window): string {
  return `${perSecond.toFixed(0)}/s, accept p99 ${acceptP99Ms.toFixed(1)} ms, database ${databaseMicros.toFixed(0)} µs/event`
}

if (import.meta.main) await runAlone(measure)
