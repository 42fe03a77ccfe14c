// Owns the translation of what the network reports into an outcome kind and a sentence for the developer: one table.
// Must never name an address: the sentence is shown to whoever registered the url.
import type { OutcomeKind } from '@timbre/contract/attempt.ts'
import { CERTIFICATE_FAULTS, type CertificateFault } from '@timbre/contract/certificate-faults.ts'
import type { Unsent } from '../transport.ts'

/** Why no response came. */
export interface Failure {
  readonly kind: Exclude<OutcomeKind, 'answered'>
  /** What happened and what to do. */
  readonly error: string
}

/** Carries a failure out of the connector. */
export class ConnectError extends Error {
  readonly failure: Failure | Unsent

  constructor(failure: Failure | Unsent, cause?: unknown) {
    super(failure.error, { cause })
    this.name = 'ConnectError'
    this.failure = failure
  }
}

/**
 * What an error means: a failed attempt, or that this machine is the cause.
 * @param error anything that node:net, node:tls or node:dns reported; of several addresses that were tried, all errors
 */
export function failureOf(error: unknown): Failure | Unsent {
  if (error instanceof ConnectError) return error.failure
  if (error instanceof AggregateError) return failureOfSeveral(error.errors)
  const code = codeOf(error)
  if (FAULTS.has(code)) return unsent(`This machine could not open a connection (${code}).`)
  const row = FAILURES[code]
  if (row !== undefined) return row
  if (/^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_)/.test(code)) return tlsFailure(code)
  if (/^EAI_/.test(code)) return LOOKUP_FAILED
  return failure(
    'connection_failed',
    `The connection failed (${code || 'unknown cause'}). Check that the target can be reached.`,
  )
}

/** @param error from the resolver, which uses codes of its own and, of a name server that it cannot reach, those of sockets */
export function lookupFailure(error: unknown): Failure | Unsent {
  // c-ares says so, too, when it gets no socket.
  if (codeOf(error) === 'ECONNREFUSED') return NO_NAME_SERVER
  const known = failureOf(error)
  return known.kind === 'dns_failed' || known.kind === 'unsent' ? known : LOOKUP_FAILED
}

/** One address that the receiver itself refused says more than others to which this machine has no route. */
function failureOfSeveral(errors: readonly unknown[]): Failure | Unsent {
  const failures = errors.map(failureOf)
  return failures.find(({ kind }) => kind !== 'unsent') ?? failures[0] ?? failureOf(undefined)
}

/** The code of a network error, or '' when it has none. */
export function codeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  return hasCode && typeof error.code === 'string' ? error.code : ''
}

export function failure(kind: Failure['kind'], error: string): Failure {
  return { kind, error }
}

function unsent(error: string): Unsent {
  return { kind: 'unsent', error }
}

export function tlsFailure(code: string): Failure {
  return failure(
    'tls_failed',
    `The TLS handshake failed (${code}). Check that the port speaks TLS 1.2 or newer and that the certificate is valid.`,
  )
}

function certificateFailure(fault: CertificateFault): Failure {
  return failure('tls_failed', CERTIFICATE_FAULTS[fault])
}

const UNREACHABLE = failure('connection_failed', 'There is no route to the target. Check its address and the network.')
const LOOKUP_FAILED = failure(
  'dns_failed',
  'The host name could not be resolved. Check its spelling and its DNS records.',
)
const UNTRUSTED = certificateFailure('certificate_unknown_authority')
const WRONG_HOST = certificateFailure('certificate_wrong_host')
const TOO_SLOW = failure('timed_out', 'The target did not answer in time. Check that it can be reached.')

// The failures that other files produce.
export const CLOSED = failure(
  'connection_reset',
  'The receiver closed the connection before the whole answer was read. Look for a crash, a restart or a limit there.',
)
export const HEADERS_TOO_LARGE = failure(
  'invalid_response',
  'The headers of the answer are larger than 16 KiB. Send fewer or shorter headers.',
)
export const HEADERS_SHED = failure(
  'invalid_response',
  'The headers of the answer are larger than 4 KiB, and so many answers were being read that there was no memory for more. Send fewer or shorter headers.',
)
export const BLOCKED = failure(
  'blocked_address',
  'The target is at an address, port or scheme that deliveries may not reach. If it is meant to, the operator can add its range to TIMBRE_ALLOW_TARGETS.',
)
/** One sentence and one kind for both causes: which of them it is would tell a tenant the names of the inside. */
export const NO_USABLE_ADDRESS = failure(
  'blocked_address',
  'The host name has no address that deliveries may reach: either it does not exist, or an address of it is private or reserved. Check its spelling and its DNS records. If it is meant to be reached, the operator can add its range to TIMBRE_ALLOW_TARGETS.',
)
export const LOOKUP_TOO_SLOW = failure(
  'dns_failed',
  'The host name was not resolved in time. Check the name servers of its domain.',
)
export const CONNECT_TOO_SLOW = failure(
  'timed_out',
  'The connection was not established in time. Check that the target is up and that a firewall lets it be reached.',
)
export const NO_RESPONSE_IN_TIME = failure(
  'timed_out',
  'The receiver did not finish its answer in time. Answer 200 at once and do the work afterwards.',
)
export const NO_CONNECTION_IN_TIME = failure(
  'timed_out',
  'No connection to the receiver became free in time, because earlier requests are still waiting for its answers.',
)
export const NOT_HTTP = failure(
  'invalid_response',
  'What came back is not a valid HTTP/1.1 answer. Check the url and its port; a server that speaks HTTP/2 only must take HTTP/1.1 too.',
)
export const NOT_A_TARGET = failure('invalid_target', 'The url or a header cannot be sent. Correct the webhook.')
export const STOPPING = failure('connection_failed', 'Timbre is stopping and sends nothing more.')

export const NO_END_IN_TIME = failure(
  'timed_out',
  'Its body did not end in time. End it, or say its length in content-length.',
)
export const NO_IPV6 = failure(
  'connection_failed',
  'The host name has IPv6 addresses only, and this installation has no IPv6. Add an A record.',
)

// Of this machine, so that no attempt was made.
export const NO_SOCKET = unsent('All sockets that TIMBRE_MAX_SOCKETS allows were in use.')
const NO_NAME_SERVER = unsent('The name servers of this machine cannot be reached.')
/** Descriptors, memory, local ports, routes (connect(2), socket(2)). A host that does not answer (EHOSTUNREACH) is not among them. */
const FAULTS: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETUNREACH',
  'ENETDOWN',
])

/** By the code of the error. */
export const FAILURES: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: failure(
    'connection_refused',
    'Nothing accepts connections at the target. Check that the server runs and that the port in the url is right.',
  ),
  ECONNRESET: CLOSED,
  ECONNABORTED: CLOSED,
  EPIPE: CLOSED,
  EHOSTUNREACH: UNREACHABLE,
  EHOSTDOWN: UNREACHABLE,
  ETIMEDOUT: TOO_SLOW,
  ENOTFOUND: LOOKUP_FAILED,
  ENODATA: LOOKUP_FAILED,
  ESERVFAIL: LOOKUP_FAILED,
  EREFUSED: LOOKUP_FAILED,
  EBADNAME: LOOKUP_FAILED,
  EBADRESP: LOOKUP_FAILED,
  ETIMEOUT: LOOKUP_TOO_SLOW,
  EPROTO: tlsFailure('EPROTO'),
  // TLS 1.3 (RFC 8446 §6.2) says what is missing; before it, a handshake that failed is all one is told.
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: failure(
    'tls_failed',
    'The receiver asks for a client certificate, and Timbre has none to show. Take the requirement away for this URL, and verify the signature of each request instead.',
  ),
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': failure(
    'tls_failed',
    'The receiver broke off the TLS handshake. It may ask for a client certificate, which Timbre does not have: verify the signature of each request instead. Or it shares no version or cipher of TLS with Timbre: allow TLS 1.2 or newer.',
  ),
  // Of what was offered, HTTP/1.1, it takes nothing (RFC 7301 §3.2).
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: failure(
    'tls_failed',
    'The receiver speaks HTTP/2 only, and deliveries come over HTTP/1.1. Let the server take HTTP/1.1 too.',
  ),
  CERT_HAS_EXPIRED: certificateFailure('certificate_expired'),
  CERT_NOT_YET_VALID: certificateFailure('certificate_not_yet_valid'),
  ERR_TLS_CERT_ALTNAME_INVALID: WRONG_HOST,
  HOSTNAME_MISMATCH: WRONG_HOST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificateFailure('certificate_chain_incomplete'),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificateFailure('certificate_self_signed'),
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
}
