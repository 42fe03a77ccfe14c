// Owns the table of settings: name, default, unit, meaning. docs/reference/settings.md is generated from it.
import { WEBHOOKS_PER_WORKSPACE_MAX } from '@timbre/contract/webhook.ts'
import { IN_FLIGHT_PER_ORIGIN_MAX_DEFAULT } from './engine/origins.ts'
import { RETRY_JITTER_DEFAULT, RETRY_SCHEDULE_SECONDS_DEFAULT } from './engine/retry-policy.ts'
import { DISABLE_AFTER_HOURS_DEFAULT } from './engine/webhook-health.ts'

export interface Setting {
  /** As text, like the environment gives it. `null`: no default. */
  readonly default: string | null
  readonly unit: string
  readonly help: string
  /** True: it is never shown, and `<NAME>_FILE` may name a file that holds it. */
  readonly isSecret?: true
}

export const SETTINGS = {
  TIMBRE_HOST: { default: '127.0.0.1', unit: 'address', help: 'Address to listen on' },
  TIMBRE_PORT: { default: '8080', unit: 'port', help: 'Port to listen on; 0 takes a free one' },
  TIMBRE_DATA_DIR: { default: './data', unit: 'directory', help: 'Database, lock and master key' },
  DATABASE_URL: {
    default: null,
    unit: 'postgres://…',
    help: 'A PostgreSQL to keep everything in, for many nodes; without it everything is in one SQLite file in the data directory',
    isSecret: true,
  },
  DATABASE_READ_URL: {
    default: null,
    unit: 'postgres://…',
    help: 'A replica of that PostgreSQL to read lists from, which may then be behind; when it fails they are read from DATABASE_URL',
    isSecret: true,
  },
  TIMBRE_DATABASE_POOL_SIZE: {
    default: '10',
    unit: 'connections',
    help: 'Connections of one node to PostgreSQL, beside the one that listens; half as many more to a replica',
  },
  TIMBRE_DATABASE_CAPACITY_GB: {
    default: null,
    unit: 'gigabytes',
    help: 'How large that PostgreSQL may become, such as 80 on a disk of 100; limits nothing: the operator’s page tells by it how many days are left',
  },
  TIMBRE_MASTER_KEY: {
    default: null,
    unit: '32 bytes, base64 or hex',
    help: 'Encrypts secrets and headers at rest; without it a key file is made in the data directory, and with DATABASE_URL the start is refused',
    isSecret: true,
  },
  TIMBRE_MASTER_KEY_PREVIOUS: {
    default: null,
    unit: '32 bytes, base64 or hex',
    help: 'The master key before, while keys are being rotated: it opens and does not seal; master.key.previous beside a key file',
    isSecret: true,
  },
  TIMBRE_ADMIN_KEY: {
    default: null,
    unit: 'text, 16 characters or more',
    help: 'The admin key; without it one is made at the first start and printed once',
    isSecret: true,
  },
  TIMBRE_BOOTSTRAP_WORKSPACE_ID: { default: null, unit: 'uuid', help: 'Make this workspace if it is not there' },
  TIMBRE_BOOTSTRAP_API_KEY: {
    default: null,
    unit: 'text, 16 characters or more',
    help: 'Make this API key with all workspace scopes in that workspace if it is not there',
    isSecret: true,
  },
  TIMBRE_DEV: {
    default: '0',
    unit: '0 or 1',
    help: 'Development: loopback targets are allowed, and http:// for loopback hosts (same as --dev)',
  },
  TIMBRE_RETRY_SCHEDULE: {
    default: RETRY_SCHEDULE_SECONDS_DEFAULT.join(','),
    unit: 'seconds, comma-separated',
    help: 'Wait before each attempt, the first included',
  },
  TIMBRE_RETRY_JITTER: {
    default: String(RETRY_JITTER_DEFAULT),
    unit: 'fraction, 0 to 1',
    help: 'Each wait is changed by up to this much',
  },
  TIMBRE_TIMEOUT_MS: {
    default: '15000',
    unit: 'milliseconds',
    help: 'Total time of one attempt, including the body of the response',
  },
  TIMBRE_CONNECT_TIMEOUT_MS: {
    default: '5000',
    unit: 'milliseconds',
    help: 'Time for name resolution, connection and TLS together',
  },
  TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK: {
    default: '16',
    unit: 'attempts',
    help: 'Attempts under way at once to one webhook, over all nodes',
  },
  TIMBRE_MAX_IN_FLIGHT_PER_ORIGIN: {
    default: String(IN_FLIGHT_PER_ORIGIN_MAX_DEFAULT),
    unit: 'attempts',
    help: 'Attempts under way at once to one origin (scheme, host and port), over all webhooks and nodes; fewer while it fails',
  },
  TIMBRE_DISABLE_AFTER_HOURS: {
    default: String(DISABLE_AFTER_HOURS_DEFAULT),
    unit: 'hours, fractions allowed',
    help: 'A webhook that fails for so long with no success between is disabled; 0: never',
  },
  TIMBRE_MAX_WEBHOOKS_PER_WORKSPACE: {
    default: String(WEBHOOKS_PER_WORKSPACE_MAX),
    unit: 'webhooks',
    help: 'More are refused with 409',
  },
  TIMBRE_RETENTION_DAYS: {
    default: '30',
    unit: 'days',
    help: 'Events are kept this long, with their deliveries, where the workspace does not say otherwise; 0: for ever',
  },
  TIMBRE_AUDIT_RETENTION_DAYS: {
    default: '365',
    unit: 'days',
    help: 'Entries of the audit log are kept this long; 0: for ever',
  },
  TIMBRE_MAX_AUDIT_ENTRIES_PER_WORKSPACE: {
    default: '100000',
    unit: 'entries',
    help: 'Of a workspace that has more entries in the audit log the oldest are removed before their time',
  },
  TIMBRE_HEADER_ALLOWLIST: {
    default: '',
    unit: 'names, comma-separated',
    help: 'Custom header names allowed beside those beginning with X-',
  },
  TIMBRE_ALLOW_TARGETS: {
    default: '',
    unit: 'CIDRs, comma-separated',
    help: 'Address ranges that may be sent to although they are private or reserved',
  },
  TIMBRE_MAX_CONNECTIONS: {
    default: '4096',
    unit: 'connections',
    help: 'Connections to the API at once, at most half of the files that the process may open; more push out the oldest that has shown no good key',
  },
  TIMBRE_MAX_CONNECTIONS_PER_ADDRESS: {
    default: '1024',
    unit: 'connections',
    help: 'Of these, from one address that is no trusted proxy',
  },
  TIMBRE_MAX_STREAMS: {
    default: '1000',
    unit: 'streams',
    help: 'Live streams at once (GET …/stream); of these a quarter for one workspace, and a tenth for one key',
  },
  TIMBRE_TRUSTED_PROXIES: {
    default: '',
    unit: 'CIDRs, comma-separated',
    help: 'Proxies whose X-Forwarded-For says where a request comes from: for limits, the audit log and the log',
  },
  TIMBRE_DOCS: {
    default: '1',
    unit: '0 or 1',
    help: 'Whether /docs, /openapi.json and /sdk.tgz are there, for everybody who reaches the port',
  },
  TIMBRE_CORS_ORIGINS: {
    default: '',
    unit: 'origins, comma-separated',
    help: 'Origins such as https://app.example.com whose pages may call the API from a browser; none: no other page may',
  },
  TIMBRE_PUBLIC_URL: {
    default: null,
    unit: 'origin',
    help: 'Where browsers reach this installation, such as https://timbre.example.com: for the links of portals, and to know its own pages; without it the Host of each request',
  },
  TIMBRE_FRAME_ANCESTORS: {
    default: '',
    unit: 'origins, comma-separated',
    help: 'Origins such as https://app.example.com whose pages may show the portal in a frame; none: no page may',
  },
  TIMBRE_MCP: {
    default: 'read',
    unit: 'off, read or write',
    help: 'The Model Context Protocol at `/mcp`, for agents: `read` has tools that read; with `write` clients that send the header `x-timbre-allow-write: true` can also test, retry and replay, as far as their key may',
  },
  TIMBRE_TEST_RECEIVERS: {
    default: 'auto',
    unit: '0, 1 or auto',
    help: 'Whether workspaces may make test receivers, URLs of this installation that keep what they are sent, in memory; auto: with --dev only; never with DATABASE_URL',
  },
  TIMBRE_METRICS_PORT: {
    default: null,
    unit: 'port',
    help: 'Serves /metrics on this port, and no more on that of the API; without it everybody who reaches the API can read it',
  },
  TIMBRE_METRICS_KEY: {
    default: null,
    unit: 'text, 16 characters or more',
    help: 'Who reads /metrics must send it: Authorization: Bearer <key>',
    isSecret: true,
  },
  TIMBRE_LIMIT_PUBLISH: {
    default: '20000',
    unit: 'requests per second and workspace',
    help: 'More publish requests are refused with 429 by this node, after a burst of ten seconds’ worth; 0: no limit',
  },
  TIMBRE_LIMIT_READ: {
    default: '1000',
    unit: 'requests per second and workspace',
    help: 'The same for GET, and for consumers that pull',
  },
  TIMBRE_LIMIT_MANAGE: {
    default: '300',
    unit: 'requests per second and workspace',
    help: 'The same for everything that changes something, but publishing and test sends',
  },
  TIMBRE_LIMIT_TEST: {
    default: '10',
    unit: 'requests per second and workspace',
    help: 'The same for test sends; beside it at most 5 to one webhook and 20 of one workspace are under way at once',
  },
  TIMBRE_LIMIT_FAILED_CREDENTIALS: {
    default: '100',
    unit: 'requests per minute and address',
    help: 'Requests whose credentials may be refused before those with an unknown key get 429; 0: no limit',
  },
  TIMBRE_MAX_SOCKETS: {
    default: 'auto',
    unit: 'sockets, 1 to 65536, or auto',
    help: 'Connections to all receivers together; more requests wait for one, and are no attempt while they do; auto: what is left of the files that the process may open, at most 4096',
  },
  TIMBRE_SENDER_THREADS: {
    default: 'auto',
    unit: 'threads, 0 to 64, or auto',
    help: 'Threads that send; 0: the main thread sends; auto: 0 with 1 or 2 cores, else cores − 2, at most 8',
  },
  TIMBRE_LOG_LEVEL: {
    default: 'info',
    unit: 'fatal, error, warn, info, debug, trace, silent',
    help: 'What is logged on standard output: one JSON line per message, on a terminal for people',
  },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof SETTINGS

/** Those that `<NAME>_FILE` exists for. */
export const SECRET_SETTINGS: readonly SettingName[] = Object.entries<Setting>(SETTINGS).flatMap(
  ([name, { isSecret }]) =>
    // The keys of the table are its names.
    isSecret === true ? [name as SettingName] : [],
)

/** The setting that names a file with the secret: `TIMBRE_MASTER_KEY_FILE`. */
export function fileSettingOf(name: SettingName): `${SettingName}_FILE` {
  return `${name}_FILE`
}

/** Those of the command line where it talks to a server: a start in the same shell passes over them. */
export const CLIENT_SETTINGS: readonly string[] = [
  'TIMBRE_BASE_URL',
  'TIMBRE_WORKSPACE_ID',
  'TIMBRE_API_KEY',
  'TIMBRE_PROFILE',
]
