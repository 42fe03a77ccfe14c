// Owns reading the settings: the only place that reads the environment. A wrong value stops the start with a sentence.
import { availableParallelism } from 'node:os'
import type { InstanceSetting } from '@timbre/contract/instance.ts'
import { MCP_MODES, type McpMode } from '@timbre/contract/mcp.ts'
import { RETENTION_DAYS_MAX } from '@timbre/contract/workspace.ts'
import type { FrontDoorOptions } from './api/http/front-door.ts'
import type { RetryPolicy } from './engine/retry-policy.ts'
import { type StreamLimits, streamLimits } from './insight/stream/delivery-feed.ts'
import { isCidr } from './platform/address/address-guard.ts'
import { automaticSocketsMax } from './platform/http/socket-budget.ts'
import { openFilesMax } from './platform/open-files.ts'
import { readSecretFile } from './platform/secret-file.ts'
import { automaticSenderThreads } from './platform/threads/sender-threads.ts'
import { CLIENT_SETTINGS, fileSettingOf, SECRET_SETTINGS, SETTINGS, type SettingName } from './settings.ts'
import { settingsInForce } from './shown-settings.ts'
import { weakenedRuntime } from './weakened-runtime.ts'

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** null: SQLite in the data directory. */
  readonly database: {
    readonly url: string
    readonly readUrl: string | null
    readonly poolSize: number
    readonly capacityBytes: number | null
  } | null
  readonly masterKey: string | null
  readonly masterKeyPrevious: string | null
  readonly adminKey: string | null
  readonly bootstrap: { readonly workspaceId: string; readonly apiKey: string | null } | null
  readonly isDev: boolean
  readonly retryPolicy: RetryPolicy
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  readonly inFlightPerWebhookMax: number
  readonly inFlightPerOriginMax: number
  readonly disableAfterMs: number
  readonly webhooksPerWorkspaceMax: number
  readonly retentionDays: number
  readonly auditRetention: { readonly days: number; readonly entriesMax: number }
  readonly headerAllowlist: readonly string[]
  readonly allowTargets: readonly string[]
  readonly frontDoor: FrontDoorOptions
  readonly streams: StreamLimits
  readonly hasDocs: boolean
  readonly corsOrigins: readonly string[]
  readonly publicUrl: string | null
  readonly frameAncestors: readonly string[]
  readonly mcp: McpMode
  readonly hasTestReceivers: boolean
  /** Their own port, null: that of the API; and the key to read them with, null: none. */
  readonly metrics: { readonly port: number | null; readonly key: string | null }
  readonly socketsMax: number
  readonly senderThreads: number
  readonly logLevel: string
  /** What the environment told Node itself that makes Timbre less safe: a sentence each, for the log. */
  readonly weaknesses: readonly string[]
  /** What holds, for the log and the operator: without secrets. */
  readonly settings: readonly InstanceSetting[]
}

/** A setting that cannot be used. The message names it, its value and what it should be. */
export class SettingError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

const FILE_SETTINGS: ReadonlySet<string> = new Set(SECRET_SETTINGS.map(fileSettingOf))
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const SENDER_THREADS_MAX = 64
const SOCKETS_MAX = 65_536
const BYTES_OF_GIGABYTE = 1e9
const RETRY_SECONDS_MAX = 7 * 24 * 3600

/**
 * The settings from the environment, from the files that it names for secrets (`TIMBRE_MASTER_KEY_FILE`), and from the command
 * line (`--dev`).
 * Throws SettingError for a value that makes no sense, for a name beginning with TIMBRE_ that does not exist, and for a file
 * that cannot be read.
 */
export function readConfig(given: Environment = process.env, args: readonly string[] = process.argv.slice(2)): Config {
  refuseUnknownNames(given)
  refuseUnknownArguments(args)
  const environment = withSecretFiles(given)
  const isDev = args.includes('--dev') || oneOf(environment, 'TIMBRE_DEV', ['0', '1']) === '1'
  return {
    host: text(environment, 'TIMBRE_HOST'),
    port: integer(environment, 'TIMBRE_PORT', 0, 65_535),
    dataDir: text(environment, 'TIMBRE_DATA_DIR'),
    database: database(environment),
    masterKey: optional(environment, 'TIMBRE_MASTER_KEY'),
    masterKeyPrevious: optional(environment, 'TIMBRE_MASTER_KEY_PREVIOUS'),
    adminKey: key(environment, 'TIMBRE_ADMIN_KEY'),
    bootstrap: bootstrap(environment),
    isDev,
    retryPolicy: {
      scheduleSeconds: schedule(environment),
      jitter: decimal(environment, 'TIMBRE_RETRY_JITTER', 1),
    },
    timeoutMs: integer(environment, 'TIMBRE_TIMEOUT_MS', 100, 120_000),
    connectTimeoutMs: integer(environment, 'TIMBRE_CONNECT_TIMEOUT_MS', 100, 60_000),
    inFlightPerWebhookMax: integer(environment, 'TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK', 1, 256),
    inFlightPerOriginMax: integer(environment, 'TIMBRE_MAX_IN_FLIGHT_PER_ORIGIN', 1, 4096),
    disableAfterMs: Math.round(decimal(environment, 'TIMBRE_DISABLE_AFTER_HOURS', 8760) * 3_600_000),
    webhooksPerWorkspaceMax: integer(environment, 'TIMBRE_MAX_WEBHOOKS_PER_WORKSPACE', 1, 100_000),
    retentionDays: integer(environment, 'TIMBRE_RETENTION_DAYS', 0, RETENTION_DAYS_MAX),
    auditRetention: {
      days: integer(environment, 'TIMBRE_AUDIT_RETENTION_DAYS', 0, RETENTION_DAYS_MAX),
      entriesMax: integer(environment, 'TIMBRE_MAX_AUDIT_ENTRIES_PER_WORKSPACE', 100, 100_000_000),
    },
    headerAllowlist: list(environment, 'TIMBRE_HEADER_ALLOWLIST'),
    allowTargets: cidrs(environment, 'TIMBRE_ALLOW_TARGETS'),
    frontDoor: frontDoor(environment),
    streams: streamLimits(integer(environment, 'TIMBRE_MAX_STREAMS', 1, 1_000_000)),
    hasDocs: oneOf(environment, 'TIMBRE_DOCS', ['0', '1']) === '1',
    corsOrigins: origins(environment, 'TIMBRE_CORS_ORIGINS'),
    publicUrl: publicUrl(environment),
    mcp: oneOf(environment, 'TIMBRE_MCP', MCP_MODES),
    hasTestReceivers: hasTestReceivers(environment, isDev),
    frameAncestors: origins(environment, 'TIMBRE_FRAME_ANCESTORS'),
    metrics: { port: metricsPort(environment), key: key(environment, 'TIMBRE_METRICS_KEY') },
    socketsMax: socketsMax(environment),
    senderThreads: senderThreads(environment),
    logLevel: oneOf(environment, 'TIMBRE_LOG_LEVEL', LOG_LEVELS),
    weaknesses: weakenedRuntime(environment),
    settings: settingsInForce(isDev ? { ...given, TIMBRE_DEV: '1' } : given),
  }
}

function refuseUnknownNames(environment: Environment): void {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('TIMBRE_') || CLIENT_SETTINGS.includes(name)) continue
    if (!(name in SETTINGS) && !FILE_SETTINGS.has(name)) {
      throw new SettingError(`There is no setting ${name}. docs/reference/settings.md lists the settings.`)
    }
  }
}

/** The environment with the secrets in it that it names files for. A file is named in errors, what is in it never is. */
function withSecretFiles(environment: Environment): Environment {
  const secrets: Record<string, string> = {}
  for (const name of SECRET_SETTINGS) {
    const setting = fileSettingOf(name)
    const file = environment[setting]
    if (file === undefined || file === '') continue
    if (environment[name]) throw new SettingError(`${name} and ${setting} are both set. Set one of them.`)
    try {
      secrets[name] = readSecretFile(file)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new SettingError(`${setting} names ${file}, which cannot be used: ${why}.`)
    }
  }
  return { ...environment, ...secrets }
}

function refuseUnknownArguments(args: readonly string[]): void {
  const unknown = args.find((argument) => argument !== '--dev')
  if (unknown !== undefined) throw new SettingError(`There is no option ${unknown}. The only one is --dev.`)
}

function text(environment: Environment, name: SettingName): string {
  const value = environment[name]
  return value === undefined || value === '' ? (SETTINGS[name].default ?? '') : value
}

function optional(environment: Environment, name: SettingName): string | null {
  return text(environment, name) || null
}

function wrong(name: SettingName, value: string, wanted: string): SettingError {
  return new SettingError(`${name} is ${JSON.stringify(value)}, but must be ${wanted}.`)
}

function integer(environment: Environment, name: SettingName, min: number, max: number): number {
  const value = text(environment, name)
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw wrong(name, value, `a whole number from ${min} to ${max}`)
  return number
}

function decimal(environment: Environment, name: SettingName, max: number): number {
  const value = text(environment, name)
  const number = Number(value)
  if (!/^\d*\.?\d+$/.test(value) || number > max) throw wrong(name, value, `a number from 0 to ${max}`)
  return number
}

function oneOf<T extends string>(environment: Environment, name: SettingName, allowed: readonly T[]): T {
  const value = text(environment, name)
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw wrong(name, value, `one of ${allowed.join(', ')}`)
  return found
}

function list(environment: Environment, name: SettingName): readonly string[] {
  return text(environment, name)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function schedule(environment: Environment): readonly number[] {
  const name = 'TIMBRE_RETRY_SCHEDULE'
  const seconds = list(environment, name).map(Number)
  const isFine = seconds.length > 0 && seconds.every((value) => value >= 0 && value <= RETRY_SECONDS_MAX)
  if (!isFine) throw wrong(name, text(environment, name), 'seconds from 0 to 604800, separated by commas, at least one')
  return seconds
}

function socketsMax(environment: Environment): number {
  const name = 'TIMBRE_MAX_SOCKETS'
  const value = text(environment, name)
  if (value === 'auto') return automaticSocketsMax(openFilesMax())
  if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > SOCKETS_MAX)
    throw wrong(name, value, `auto or a whole number from 1 to ${SOCKETS_MAX}`)
  return Number(value)
}

function senderThreads(environment: Environment): number {
  const name = 'TIMBRE_SENDER_THREADS'
  const value = text(environment, name)
  if (value === 'auto') return automaticSenderThreads(availableParallelism())
  if (!/^\d+$/.test(value) || Number(value) > SENDER_THREADS_MAX)
    throw wrong(name, value, `auto or a whole number from 0 to ${SENDER_THREADS_MAX}`)
  return Number(value)
}

function frontDoor(environment: Environment): FrontDoorOptions {
  const limit = (name: SettingName) => integer(environment, name, 0, 1_000_000)
  return {
    connections: integer(environment, 'TIMBRE_MAX_CONNECTIONS', 16, 1_000_000),
    connectionsPerAddress: integer(environment, 'TIMBRE_MAX_CONNECTIONS_PER_ADDRESS', 1, 1_000_000),
    trustedProxies: cidrs(environment, 'TIMBRE_TRUSTED_PROXIES'),
    requestsPerSecond: {
      publish: limit('TIMBRE_LIMIT_PUBLISH'),
      read: limit('TIMBRE_LIMIT_READ'),
      manage: limit('TIMBRE_LIMIT_MANAGE'),
      test: limit('TIMBRE_LIMIT_TEST'),
    },
    failedCredentialsPerMinute: limit('TIMBRE_LIMIT_FAILED_CREDENTIALS'),
  }
}

function metricsPort(environment: Environment): number | null {
  const name = 'TIMBRE_METRICS_PORT'
  if (optional(environment, name) === null) return null
  const port = integer(environment, name, 1, 65_535)
  if (port === integer(environment, 'TIMBRE_PORT', 0, 65_535))
    throw wrong(name, String(port), 'another port than TIMBRE_PORT')
  return port
}

function cidrs(environment: Environment, name: SettingName): readonly string[] {
  const ranges = list(environment, name)
  for (const range of ranges)
    if (!isCidr(range)) throw wrong(name, range, 'CIDRs such as 10.1.0.0/16, separated by commas')
  return ranges
}

function origins(environment: Environment, name: SettingName): readonly string[] {
  const given = list(environment, name)
  for (const origin of given)
    if (URL.parse(origin)?.origin !== origin)
      throw wrong(name, origin, 'origins such as https://app.example.com, separated by commas')
  return given
}

/** They are in the memory of one process: of several nodes each would know its own. */
function hasTestReceivers(environment: Environment, isDev: boolean): boolean {
  const name = 'TIMBRE_TEST_RECEIVERS'
  const given = oneOf(environment, name, ['0', '1', 'auto'])
  const hasNodes = optional(environment, 'DATABASE_URL') !== null
  if (given === '1' && hasNodes) throw new SettingError(`${name} is 1, which cannot be with DATABASE_URL.`)
  return given === '1' || (given === 'auto' && isDev && !hasNodes)
}

function publicUrl(environment: Environment): string | null {
  const name = 'TIMBRE_PUBLIC_URL'
  const given = optional(environment, name)
  if (given !== null && (!/^https?:/.test(given) || URL.parse(given)?.origin !== given))
    throw wrong(name, given, 'an origin such as https://timbre.example.com, without a path')
  return given
}

/** Keys that an operator sets are never shown in an error. */
function key(environment: Environment, name: SettingName): string | null {
  const value = optional(environment, name)
  if (value !== null && !/^[\x21-\x7e]{16,256}$/.test(value)) {
    throw new SettingError(`${name} must have 16 to 256 printable ASCII characters without spaces.`)
  }
  return value
}

function database(environment: Environment): Config['database'] {
  const url = databaseUrl(environment, 'DATABASE_URL')
  const readUrl = databaseUrl(environment, 'DATABASE_READ_URL')
  const poolSize = integer(environment, 'TIMBRE_DATABASE_POOL_SIZE', 2, 1000)
  const capacityBytes = databaseCapacity(environment)
  if (url !== null) return { url, readUrl, poolSize, capacityBytes }
  if (readUrl !== null) throw new SettingError('DATABASE_READ_URL needs DATABASE_URL beside it.')
  if (capacityBytes !== null) throw new SettingError('TIMBRE_DATABASE_CAPACITY_GB needs DATABASE_URL beside it.')
  return null
}

/** Of a disk that only the database server sees. */
function databaseCapacity(environment: Environment): number | null {
  const name = 'TIMBRE_DATABASE_CAPACITY_GB'
  return optional(environment, name) === null ? null : integer(environment, name, 1, 1_000_000) * BYTES_OF_GIGABYTE
}

/** It may hold a password: it is never shown in an error. */
function databaseUrl(environment: Environment, name: SettingName): string | null {
  const url = optional(environment, name)
  if (url !== null && (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)))
    throw new SettingError(`${name} must be like postgres://user:password@host:5432/database.`)
  return url
}

function bootstrap(environment: Environment): Config['bootstrap'] {
  const workspaceId = optional(environment, 'TIMBRE_BOOTSTRAP_WORKSPACE_ID')
  const apiKey = key(environment, 'TIMBRE_BOOTSTRAP_API_KEY')
  if (workspaceId === null) {
    if (apiKey !== null)
      throw new SettingError('TIMBRE_BOOTSTRAP_API_KEY needs TIMBRE_BOOTSTRAP_WORKSPACE_ID beside it.')
    return null
  }
  if (!UUID.test(workspaceId)) throw wrong('TIMBRE_BOOTSTRAP_WORKSPACE_ID', workspaceId, 'a UUID')
  return { workspaceId: workspaceId.toLowerCase(), apiKey }
}
