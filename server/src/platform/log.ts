// Owns the log: one JSON line per message on standard output. Must never let a secret out, wherever it is nested.
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

export interface LogOptions {
  readonly level: string
  /** Absent: standard output. */
  readonly destination?: DestinationStream
}

/** The log of the process. Times are ISO 8601, levels are words. */
export function makeLog({ level, destination }: LogOptions): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: redactedRecord },
      // Errors are written by redactedRecord already, which must see them before pino makes text of them.
      serializers: { err: (error: unknown) => error },
      // The last door: every line, messages and bindings included, passes here as text.
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  )
  redactBindings(log)
  return log
}

/** pino does not pass the fields of a child log through its formatters, so they are redacted on their way in. */
function redactBindings(log: Logger): void {
  const makeChild = log.child
  const redactingChild = function (this: Logger, fields: Record<string, unknown>, options?: object) {
    return makeChild.call(this, redactedRecord(fields), options)
  }
  // Children inherit it from this log. The cast: `child` is generic in levels of its own, which nobody here defines.
  log.child = redactingChild as typeof log.child
}

const REDACTED = '[redacted]'
const DEPTH_MAX = 8

/** Compared without case, `-` and `_`, so that `x-api-key`, `xApiKey` and `X_API_KEY` are one name. */
const SECRET_NAMES = new Set([
  'authorization',
  'proxyauthorization',
  'xapikey',
  'apikey',
  'adminkey',
  'masterkey',
  'key',
  'secret',
  'previoussecret',
  'clientsecret',
  'password',
  'token',
  'cookie',
  'setcookie',
])

/** What our secrets look like inside a text: signing secrets, API keys, credentials of a header or a URL. */
const SECRET_SHAPES = /whsec_[A-Za-z0-9+/=_-]+|sk_[a-z]+_[A-Za-z0-9_-]{6,}|\b(?:Bearer|Basic) [A-Za-z0-9+/=._~-]+/g
const URL_CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s"@]+@/gi

function withoutSecrets(line: string): string {
  return line.replace(SECRET_SHAPES, REDACTED).replace(URL_CREDENTIALS, `$1${REDACTED}@`)
}

function redactedRecord(record: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) copy[name] = isSecretName(name) ? REDACTED : redacted(value, 1)
  return copy
}

function redacted(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH_MAX) return '[too deep]'
  if (ArrayBuffer.isView(value)) return '[bytes]'
  if (value instanceof Error) return redacted({ ...stdSerializers.err(value) }, depth)
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1))
  if (value instanceof Map || value instanceof Set) return redacted([...value], depth)
  if ('toJSON' in value && typeof value.toJSON === 'function') return redacted(value.toJSON(), depth + 1)
  const copy: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    copy[name] = isSecretName(name) ? REDACTED : redacted(inner, depth + 1)
  }
  return copy
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replaceAll(/[-_]/g, ''))
}
