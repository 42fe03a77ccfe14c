// Owns telling a database that cannot be reached, or cannot take more, from a bug: the first is a refusal that a publisher
// can wait out.
import { Refusal } from '@timbre/contract/errors.ts'
import { codeOf } from './error-code.ts'
import { CommitUnknown } from './transaction.ts'

/** Classes of SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html) that say the server is the matter. */
const CLASSES = new Set([
  '08', // connection exceptions
  '53', // insufficient resources: disk full, too many connections
  '57', // operator intervention: shutdown, a statement that took too long
  '58', // system errors: I/O
])
/** A server that does not write, or that has ended a transaction in which nothing was said for too long: ours was paused. */
const CODES = new Set(['25006', '25P03'])
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])
/** What `pg` says without a code when the connection ends under a query, or none is free in time. */
const SENTENCES =
  /^Connection terminated|^Query read timeout|timeout exceeded when trying to connect|^Client has encountered a connection error/

/** Seconds after which trying again makes sense: a failover takes some. */
const RETRY_AFTER_S = 5

/** The error as it is to be told: STORAGE_UNAVAILABLE when the server failed, else unchanged. */
export function storeFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error
  const code = codeOf(error)
  const isServer = (CLASSES.has(code.slice(0, 2)) && /^[0-9A-Z]{5}$/.test(code)) || CODES.has(code)
  const isUnknown = error instanceof CommitUnknown
  if (!isServer && !isUnknown && !SOCKET_CODES.has(code) && !SENTENCES.test(error.message)) return error
  return new Refusal('STORAGE_UNAVAILABLE', { fault: error.message, retryAfterSeconds: RETRY_AFTER_S })
}
