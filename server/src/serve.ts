// Owns building everything that stands on an open database, and the order in which it starts and stops. With main.ts, which loads it
// while the database is opened, the only file that builds concrete things.
import { once } from 'node:events'
import { RETRY_DELAY_SECONDS_MIN } from '@timbre/contract/webhook.ts'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { EarlyDoor } from './api/http/early-door.ts'
import type { FrontDoorOptions } from './api/http/front-door.ts'
import { MetricsPage } from './api/metrics/metrics-page.ts'
import { type MetricsServerDependencies, metricsServer } from './api/metrics/metrics-server.ts'
import { buildServer } from './api/server.ts'
import { TEST_RECEIVERS_MAX } from './api/test-receiver/test-receivers.ts'
import { bootstrap, keyHash } from './bootstrap.ts'
import { callSources } from './call-sources.ts'
import type { Config } from './config.ts'
import { Engine, type EngineOptions } from './engine/engine.ts'
import { Metrics } from './metrics.ts'
import { openFeed } from './open-feed.ts'
import type { StorageListener, StoreParts } from './open-storage.ts'
import { refusedTarget, type TargetPolicy } from './platform/address/address-guard.ts'
import { systemClock } from './platform/clock.ts'
import { readDashboard } from './platform/dashboard-files.ts'
import { SystemEventLoop } from './platform/event-loop.ts'
import { FirstStartFile } from './platform/first-start-file.ts'
import { HttpTransport } from './platform/http/http-transport.ts'
import type { MasterKeys } from './platform/master-key.ts'
import { openFilesMax } from './platform/open-files.ts'
import type { Random } from './platform/random.ts'
import { readSdkPackage } from './platform/sdk-package.ts'
import { SenderThreads } from './platform/threads/sender-threads.ts'
import type { Transport } from './platform/transport.ts'
import { VERSION } from './platform/version.ts'
import { processFacts } from './process-facts.ts'
import { Schemas } from './schemas/schemas.ts'
import { adminKeysOf, unlock, watchKey } from './start-keys.ts'
import { StoredSchemas } from './stored-schemas.ts'
import { tellNotice } from './tell-notice.ts'
import { welcome } from './welcome.ts'

export interface Timbre {
  /** Where it serves, `http://127.0.0.1:8080`. */
  readonly address: string
  /** Finishes or releases what is in flight; until that is done, requests are refused with 503. Tolerates being called twice. */
  stop(): Promise<void>
}

/** What is there before anything serves. */
export interface Opened {
  readonly log: Logger
  readonly random: Random
  readonly doors: Doors
  readonly keys: MasterKeys
  readonly store: StoreParts
  readonly listener: StorageListener
}

export interface Doors {
  readonly api: EarlyDoor
  /** On a port of their own, when they have one. */
  readonly metrics: EarlyDoor | undefined
}

/** Resolves once requests are served. */
export async function serve(config: Config, { log, random, doors, keys, store, listener }: Opened): Promise<Timbre> {
  const { storage, clock, changes, otherWriters, trouble, partitionFaults, watching, ...membership } = store
  const unlocked = await unlock(storage, keys, config, log)
  const { vault, masterKeys } = unlocked
  const firstStart = new FirstStartFile(config.dataDir)
  const first = await bootstrap({ storage, clock, random, firstStart }, config)

  const metrics = new Metrics({ withProcess: true })
  metrics.watchPartitionFaults(partitionFaults ?? (() => 0))
  const transport = makeTransport(config, log)
  const loop = new SystemEventLoop()
  const schemas = makeSchemas(loop, log)
  const common = { storage, vault, clock, loop, random, log, metrics }
  const live = openFeed({ ...common, watching }, masterKeys, config.streams)
  const engine = new Engine({ ...common, transport, ...membership, ...live }, engineOptions(config))
  listener.onNotice = (notice) => tellNotice({ engine, feed: live.feed }, notice)
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
