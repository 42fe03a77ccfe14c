// Owns putting Timbre together: the only file that builds concrete things, and the order in which they start and stop.
import { once } from 'node:events'
import { RETRY_DELAY_SECONDS_MIN } from '@timbre/contract/webhook.ts'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { EarlyDoor } from './api/http/early-door.ts'
import type { FrontDoorOptions } from './api/http/front-door.ts'
import { MetricsPage } from './api/metrics/metrics-page.ts'
import { type MetricsServerDependencies, metricsServer } from './api/metrics/metrics-server.ts'
import { TEST_RECEIVERS_MAX } from './api/test-receiver/test-receivers.ts'
import { bootstrap, keyHash } from './bootstrap.ts'
import { callSources } from './call-sources.ts'
import { type Config, readConfig, SettingError } from './config.ts'
import { databaseTrouble } from './database-trouble.ts'
import { Engine, type EngineOptions } from './engine/engine.ts'
import { Metrics } from './metrics.ts'
import { openFeed, type Watching } from './open-feed.ts'
import { OtherWriters } from './other-writers.ts'
import { refusedTarget, type TargetPolicy } from './platform/address/address-guard.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { readDashboard } from './platform/dashboard-files.ts'
import { prepareDataDirectory } from './platform/data-directory.ts'
import { SystemEventLoop } from './platform/event-loop.ts'
import { FirstStartFile } from './platform/first-start-file.ts'
import { HttpTransport } from './platform/http/http-transport.ts'
import { makeLog } from './platform/log.ts'
import { onNpmGone } from './platform/npm-parent.ts'
import { openFilesMax } from './platform/open-files.ts'
import { type Random, SystemRandom } from './platform/random.ts'
import { readSdkPackage } from './platform/sdk-package.ts'
import { terminalDestination } from './platform/terminal-log.ts'
import { SenderThreads } from './platform/threads/sender-threads.ts'
import type { Transport } from './platform/transport.ts'
import { VERSION } from './platform/version.ts'
import { portFault } from './port-fault.ts'
import { processFacts } from './process-facts.ts'
import { Schemas } from './schemas/schemas.ts'
import { MasterKeyRefusal } from './sealing/master-keys.ts'
import { shownSettings } from './shown-settings.ts'
import { adminKeysOf, givenKeys, unlock, watchKey } from './start-keys.ts'
import type { StorageNotice } from './storage/postgres/nodes/notices.ts'
import { databaseFile } from './storage/sqlite/connection/database-file.ts'
import { StorageThread } from './storage/sqlite/thread/storage-thread.ts'
import type { ChangeFeed, Membership, Storage } from './storage/storage.ts'
import { StoredSchemas } from './stored-schemas.ts'
import { tellNotice } from './tell-notice.ts'
import { welcome } from './welcome.ts'

/** A connection that finds no capacity here tries again after a second: longer than to be refused with 429. */
const CONNECTIONS_WAITING_MAX = 4096

const STILL_OPENING_MS = 5000
/** Less than whatever stops processes waits before it kills: containers, systemd and the chart are set to 30 s. */
const STOP_MS_MAX = 20_000

export interface Timbre {
  /** Where it serves, `http://127.0.0.1:8080`. */
  readonly address: string
  /** Finishes or releases what is in flight; until that is done, requests are refused with 503. Tolerates being called twice. */
  stop(): Promise<void>
}

/** Starts everything and resolves once requests are served. */
export async function startTimbre(config: Config): Promise<Timbre> {
  const log = await openLog(config)
  const random = new SystemRandom()
  // Before anything is made: a start that cannot serve leaves nothing behind.
  const doors = await openDoors(config, random)
  makeDirectory(config, log)
  const keys = givenKeys(config)
  const metrics = new Metrics({ withProcess: true })
  // Other nodes may have something to say before there is an engine to hear it; it will look for itself when it starts.
  let hear: (notice: StorageNotice) => void = () => {}
  const store = await makeStorage(config, { random, log, metrics, onNotice: (notice) => hear(notice) })
  const { storage, clock, changes, otherWriters, trouble, watching, ...membership } = store
  // The database is opened in a thread: meanwhile the API is loaded here, which takes as long.
  const [, { buildServer }] = await Promise.all([startStorage(storage, log), import('./api/server.ts')])
  const unlocked = await unlock(storage, keys, config, log)
  const { vault, masterKeys } = unlocked
  const firstStart = new FirstStartFile(config.dataDir)
  const first = await bootstrap({ storage, clock, random, firstStart }, config)

  const transport = makeTransport(config, log)
  const loop = new SystemEventLoop()
  const schemas = makeSchemas(loop, log)
  const common = { storage, vault, clock, loop, random, log, metrics }
  const live = openFeed({ ...common, watching }, masterKeys, config.streams)
  const engine = new Engine({ ...common, transport, ...membership, ...live }, engineOptions(config))
  hear = (notice) => tellNotice({ engine, feed: live.feed }, notice)
  const readiness: { state: 'ok' | 'starting' | 'stopping' } = { state: 'starting' }
  const [adminKey, ...previousAdminKeys] = adminKeys(config, masterKeys)
  const metricsPage = new MetricsPage({ clock, text: () => metrics.text(), key: config.metrics.key })
  const sources = callSources(config, { ...common, engine, transport, trusted: engine.trusted })
  const server = buildServer({
    ...common,
    intake: sources.intake,
    ...apiSettings(config),
    engine,
    schemas,
    changes,
    ...live,
    adminKeyHashes: [adminKey, ...previousAdminKeys].map(keyHash),
    readiness,
    metricsPage: config.metrics.port === null ? metricsPage : undefined,
    warnings: () => [trouble?.()].filter((sentence) => sentence !== undefined),
  })
  await engine.start()
  const storedSchemas = new StoredSchemas({ storage, schemas, clock, log })
  const address = await listen(server, doors.api, config)
  const metricsListener = await listenForMetrics(doors.metrics, { page: metricsPage, clock, random, log })
  readiness.state = 'ok'
  for (const part of [storedSchemas, sources, otherWriters]) part?.start()
  const keyInUse = watchKey(unlocked, { storage, clock, log })
  await say(welcome({ address, isDev: config.isDev, first, adminKey: config.adminKey === null ? adminKey : undefined }))
  firstStart.remove()
  const begin = () => {
    readiness.state = 'stopping'
    void live.feed.stop()
  }
  const helpers = [storedSchemas, keyInUse, otherWriters, schemas, transport]
  const parts = [sources, engine, { stop: () => server.close() }, ...helpers, storage, metricsListener]
  return { address, stop: stopping(begin, parts) }
}

/** Derived from the master key, it changes with it; the one before is taken for as long as that key is given. */
function adminKeys(
  { adminKey }: Config,
  masterKeys: Parameters<typeof adminKeysOf>[0],
): ReturnType<typeof adminKeysOf> {
  return adminKey === null ? adminKeysOf(masterKeys) : [adminKey]
}

interface Part {
  stop(): unknown
}

/** Stops one part after the other, in this order, and once however often it is called. */
function stopping(begin: () => void, parts: readonly (Part | undefined)[]): () => Promise<void> {
  let stopped: Promise<void> | undefined
  const stop = async () => {
    begin()
    for (const part of parts) await part?.stop()
  }
  return () => {
    stopped ??= stop()
    return stopped
  }
}

async function openLog(config: Config): Promise<Logger> {
  const log = makeLog({
    level: config.logLevel,
    ...(process.stdout.isTTY ? { destination: await terminalDestination(process.stdout) } : {}),
  })
  log.info({ version: VERSION, node: process.version, settings: shownSettings(config.settings) }, 'starting')
  for (const weakness of config.weaknesses) log.warn(weakness)
  return log
}

function makeDirectory({ dataDir, database }: Config, log: Logger): void {
  const tightened = prepareDataDirectory(dataDir, database === null)
  if (tightened.length > 0) log.warn({ tightened }, 'other users of this machine could read these; now they cannot')
}

function engineOptions(config: Config): EngineOptions {
  return {
    policy: config.retryPolicy,
    retryDelaySecondsMin: config.isDev ? 0 : RETRY_DELAY_SECONDS_MIN,
    timeoutMs: config.timeoutMs,
    inFlightPerWebhookMax: config.inFlightPerWebhookMax,
    inFlightPerOriginMax: config.inFlightPerOriginMax,
    userAgent: `Timbre/${VERSION}`,
    retentionDays: config.retentionDays,
    auditRetention: config.auditRetention,
    disableAfterMs: config.disableAfterMs,
    // In development one looks on.
    activityLevel: config.isDev ? 'info' : 'debug',
  }
}

/** What the API is given of the settings. */
function apiSettings(config: Config) {
  const policy = targetPolicy(config)
  const build = readDashboard()
  return {
    limits: { webhooksPerWorkspace: config.webhooksPerWorkspaceMax },
    headerAllowlist: config.headerAllowlist,
    refuseTarget: (url: URL) => refusedTarget(url, policy),
    allowHttpLoopback: config.isDev,
    allowShortRetries: config.isDev,
    version: VERSION,
    facts: processFacts(config),
    hasDocs: config.hasDocs,
    corsOrigins: config.corsOrigins,
    mcp: config.mcp,
    testReceiversMax: config.hasTestReceivers ? TEST_RECEIVERS_MAX : 0,
    browser: {
      publicUrl: config.publicUrl,
      frameAncestors: config.frameAncestors,
      allowPlainHttp: config.isDev,
    },
    sdkPackage: readSdkPackage,
    dashboard: build && { build, frameAncestors: config.frameAncestors },
    frontDoor: withinOpenFiles(config.frontDoor),
  }
}

interface Doors {
  readonly api: EarlyDoor
  /** On a port of their own, when they have one. */
  readonly metrics: EarlyDoor | undefined
}

/** @throws SettingError when a port cannot be had */
async function openDoors({ host, port, metrics }: Config, random: Random): Promise<Doors> {
  const common = { host, random, clock: systemClock, version: VERSION, backlog: CONNECTIONS_WAITING_MAX }
  try {
    const api = await EarlyDoor.open({ ...common, port })
    return { api, metrics: metrics.port === null ? undefined : await EarlyDoor.open({ ...common, port: metrics.port }) }
  } catch (error) {
    throw portFault(error, { host, port, metricsPort: metrics.port }) ?? error
  }
}

function listen(server: FastifyInstance, door: EarlyDoor, { host, port }: Config): Promise<string> {
  door.handTo(server.server)
  // Of `localhost` the framework listens at the other address too.
  return server.listen({ host, port })
}

async function listenForMetrics(
  door: EarlyDoor | undefined,
  dependencies: MetricsServerDependencies,
): Promise<Part | undefined> {
  if (door === undefined) return undefined
  const server = metricsServer(dependencies)
  door.handTo(server)
  await once(server.listen(), 'listening')
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { stop }
}

/** Resolves when it is out: what is shown once must not be lost in a buffer. */
function say(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)))
  })
}

/** Half of the files may be connections of clients: the rest is for receivers and the database. */
function withinOpenFiles(options: FrontDoorOptions): FrontDoorOptions {
  const half = Math.floor((openFilesMax() ?? Number.POSITIVE_INFINITY) / 2)
  return { ...options, connections: Math.min(options.connections, half) }
}

/** Sends from this thread, or from threads of its own where there are cores for them (docs/decisions/0019). */
function makeTransport(config: Config, log: Logger): Transport {
  const { timeoutMs, connectTimeoutMs, senderThreads } = config
  const socketsMax = Math.ceil(config.socketsMax / Math.max(senderThreads, 1))
  const options = { policy: targetPolicy(config), timeoutMs, connectTimeoutMs, socketsMax }
  if (senderThreads === 0) return new HttpTransport({ ...options, clock: systemClock })
  const threads = new SenderThreads({
    clock: systemClock,
    threads: senderThreads,
    transport: options,
    onDeath: (error, lost) =>
      log.error({ err: error, lost }, 'a sender thread has ended and is replaced; what it was sending is tried again'),
    onFault: (error) => {
      log.fatal({ err: error }, 'sender threads keep ending; stopping, because nothing can be sent')
      process.exitCode = 1
      setImmediate(() => process.exit(1))
    },
  })
  threads.start()
  return threads
}

function makeSchemas(loop: SystemEventLoop, log: Logger): Schemas {
  const onThreadDeath = (error: Error) =>
    log.error({ err: error }, 'the thread that validates events has ended and is replaced; its request is tried again')
  return new Schemas({ clock: systemClock, loop, onThreadDeath })
}

function targetPolicy(config: Config): TargetPolicy {
  return { allowTargets: config.allowTargets, allowLoopback: config.isDev }
}

/** While it takes long it says so: nobody is answered yet. */
async function startStorage(storage: Storage, log: Logger): Promise<void> {
  const sentence = 'still opening the database: after an update of Timbre its tables may have to be rewritten first'
  const saying = setInterval(() => log.info(sentence), STILL_OPENING_MS)
  try {
    await storage.start()
  } finally {
    clearInterval(saying)
  }
}

interface StorageDependencies {
  readonly random: Random
  readonly log: Logger
  readonly metrics: Metrics
  /** What another node did that this one should look at. */
  readonly onNotice: (notice: StorageNotice) => void
}

interface StoreParts {
  readonly storage: Storage
  /** The one for everything else: on PostgreSQL the database puts a wrong one right. */
  readonly clock: Clock
  readonly changes: ChangeFeed
  /** The place of this node among others; absent: there are none. */
  readonly membership?: Membership
  /** Tells `changes` what other processes write; absent: the database does. */
  readonly otherWriters?: OtherWriters
  /** Says to other nodes, and hears from them, where deliveries have changed; absent: there are none. */
  readonly watching?: Watching
  /** What the operator has to see to, before it does harm. */
  readonly trouble?: () => string | undefined
}

async function makeStorage(
  config: Config,
  { random, log, metrics, onNotice }: StorageDependencies,
): Promise<StoreParts> {
  const { database, dataDir } = config
  if (database !== null) {
    // Loaded when it is needed: without it 10 MB less are in memory.
    const { PostgresStorage } = await import('./storage/postgres/postgres-storage.ts')
    const onReplicaFault = (error: unknown) =>
      log.warn({ err: error }, 'the replica does not answer; lists are read from DATABASE_URL for 30 s')
    const onPartitionFault = (error: unknown) => {
      log.error({ err: error }, 'the partitions of the next days could not be made; tried again in a minute')
      metrics.partitionsNotMade()
    }
    const faults = { onReplicaFault, onPartitionFault }
    const storage = new PostgresStorage({ ...database, dataDir, clock: systemClock, random, onNotice, ...faults })
    const { clock, changes, membership, watching } = storage
    return { storage, clock, changes, membership, watching, trouble: () => storage.trouble() }
  }
  const onFault = (error: Error) => {
    log.fatal({ err: error }, 'the storage thread has ended; stopping, so that nothing is accepted that is not on disk')
    process.exitCode = 1
    setImmediate(() => process.exit(1))
  }
  const storage = new StorageThread({ file: databaseFile(dataDir), onFault })
  const otherWriters = new OtherWriters({ storage, clock: systemClock, log })
  return { storage, clock: systemClock, changes: otherWriters, otherWriters }
}

/**
 * Starts the server in this process and ends the process with it.
 * @param args options of the command line; absent: those of the process
 */
export async function runTimbre(args?: readonly string[]): Promise<void> {
  // Whatever is made from here on is the user's alone: the database, its log, the lock.
  process.umask(0o077)
  try {
    const starting = startTimbre(readConfig(undefined, args))
    // From the beginning: a start that is told to stop is finished first, so that what it has taken is released.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.once(signal, () => void end(starting, signal))
    onNpmGone(() => process.kill(process.pid, 'SIGHUP'))
    await starting
  } catch (error) {
    const sentence = databaseTrouble(error) ?? (error instanceof Error ? error.message : String(error))
    process.stderr.write(`Timbre did not start: ${sentence}\n`)
    process.exit(error instanceof SettingError || error instanceof MasterKeyRefusal ? 2 : 1)
  }
}

/** Exit code 0: everything is written and released; 1: the time was over before. The same signal again ends it at once. */
async function end(starting: Promise<Timbre>, signal: NodeJS.Signals): Promise<void> {
  process.stdout.write(
    `${signal}: finishing what is in flight (at most ${STOP_MS_MAX / 1000} s; the same signal again ends it at once) …\n`,
  )
  const late = () => {
    process.stderr.write(
      'The stop took too long and was cut short. What was in flight is sent again when its lease ends.\n',
    )
    process.exit(1)
  }
  setTimeout(late, STOP_MS_MAX)
  await starting.then((timbre) => timbre.stop()).catch(() => process.exit(1))
  process.stdout.write('Stopped. Everything that was accepted is on disk.\n')
  // Not once it is read: whoever reads may be gone, and the end must not wait for that.
  process.exit(0)
}

if (import.meta.main) await runTimbre()
