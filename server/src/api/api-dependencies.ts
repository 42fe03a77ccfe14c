// Owns what the API is given to work with. Everything the handlers reach is named here and passed in.
// Must never build anything concrete: serve.ts does.

import type { InstanceSetting, StorageBackend } from '@timbre/contract/instance.ts'
import type { McpMode } from '@timbre/contract/mcp.ts'
import type { Logger } from 'pino'
import type { EngineApi } from '../engine/engine.ts'
import type { DeliveryFeed } from '../insight/stream/delivery-feed.ts'
import type { OpenStreams } from '../insight/stream/open-streams.ts'
import type { TargetRefusal } from '../platform/address/address-guard.ts'
import type { Clock } from '../platform/clock.ts'
import type { CursorCipher } from '../platform/cursor-cipher.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import type { Random } from '../platform/random.ts'
import type { Vault } from '../platform/vault.ts'
import type { Schemas } from '../schemas/schemas.ts'
import type { SourceIntake } from '../sources/source-intake.ts'
import type { ChangeFeed, Storage } from '../storage/storage.ts'
import type { BrowserOptions } from './auth/session-cookie.ts'
import type { DashboardOptions } from './dashboard/dashboard-routes.ts'
import type { FrontDoorOptions } from './http/front-door.ts'
import type { Language } from './http/language.ts'
import type { ApiMetrics } from './metrics/api-metrics.ts'
import type { MetricsPage } from './metrics/metrics-page.ts'

/** What this process is and runs with, for the operator. */
export interface ProcessFacts {
  readonly backend: StorageBackend
  /** Milliseconds. */
  readonly startedAt: number
  /** Of secrets only where they came from. */
  readonly settings: Readonly<Record<Language, readonly InstanceSetting[]>>
  /** How much more a database that takes so much can take from its disk; null: nobody here knows. */
  readonly freeBytesBeside: (usedBytes: number) => Promise<number | null>
}

export interface ApiDependencies {
  readonly engine: EngineApi
  readonly storage: Storage
  /** What providers of calls post. */
  readonly intake: Pick<SourceIntake, 'take'>
  readonly schemas: Schemas
  /** What other nodes change. */
  readonly changes: ChangeFeed
  readonly vault: Vault
  readonly cursors: Pick<CursorCipher, 'seal' | 'open' | 'sealText' | 'openText'>
  readonly feed: Pick<DeliveryFeed, 'open' | 'changed'>
  readonly streams: OpenStreams
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'afterTick'>
  readonly random: Random
  readonly log: Logger
  readonly limits: { readonly webhooksPerWorkspace: number }
  /** Header names that the operator adds to those beginning with `X-`. */
  readonly headerAllowlist: readonly string[]
  /** The address guard's check of a URL as it is written; names are checked again at each send. */
  readonly refuseTarget: (url: URL) => TargetRefusal | undefined
  readonly allowHttpLoopback: boolean
  /** Development: waits between retries of less than RETRY_DELAY_SECONDS_MIN. */
  readonly allowShortRetries: boolean
  /** SHA-256 of the admin key, in hex. */
  readonly adminKeyHashes: readonly string[]
  readonly version: string
  readonly facts: ProcessFacts
  readonly readiness: { readonly state: 'ok' | 'starting' | 'stopping' }
  /** Sentences for the operator, shown with readiness; absent: there is nothing that could be wrong. */
  readonly warnings?: () => readonly string[]
  readonly metrics: ApiMetrics
  /** undefined: /metrics is not on the port of the API. */
  readonly metricsPage: MetricsPage | undefined
  /** Whether /docs, /openapi.json and /sdk.tgz are there. */
  readonly hasDocs: boolean
  /** Whose pages may read responses (TIMBRE_CORS_ORIGINS). */
  readonly corsOrigins: readonly string[]
  readonly browser: BrowserOptions
  /** Whether the Model Context Protocol is spoken at /mcp, and whether its tools may send. */
  readonly mcp: McpMode
  /** How many there may be in this process; 0: they are switched off. */
  readonly testReceiversMax: number
  /** The packed SDK; undefined: nobody has packed it. */
  readonly sdkPackage: () => Buffer | undefined
  /** undefined: nobody has built it; `/` leads to the docs then. */
  readonly dashboard: DashboardOptions | undefined
  readonly frontDoor: FrontDoorOptions
}
