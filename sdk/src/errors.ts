// Owns the errors a call can end in: one class per kind of status, and two for calls that got no response.
// Must never carry an API key.
import type { ErrorCode } from './resources.generated.ts'

/** Codes that the client itself gives; all others come from the service. */
export type ClientErrorCode = 'CONNECTION_FAILED' | 'TIMED_OUT' | 'UNEXPECTED_RESPONSE'

/** One invalid field: where it is (JSON Pointer below body, query or path) and what is wrong with it. */
export interface Issue {
  readonly path: string
  readonly message: string
}

export interface ErrorFacts {
  readonly code: string
  /** HTTP status; 0 when there was no response. */
  readonly status: number
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** Every failed call throws one of these (or the reason of the signal that aborted it). */
export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  /** Stable, to decide by. A service newer than this package may send codes that are not listed. */
  readonly code: ErrorCode | ClientErrorCode | (string & {})
  /** HTTP status; 0 when there was no response. */
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
  /** `x-request-id` of the response: quote it when you report a problem. */
  readonly requestId: string | undefined

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code
    this.status = facts.status
    this.details = facts.details ?? {}
    this.requestId = facts.requestId
  }
}

/** 400: something in the request is not valid; `issues` lists the fields. */
export class ValidationError extends ApiError {
  override readonly name = 'ValidationError'

  get issues(): readonly Issue[] {
    const { issues } = this.details
    return Array.isArray(issues) ? issues : []
  }
}

/** 401: no API key, or one that is unknown or revoked. */
export class AuthenticationError extends ApiError {
  override readonly name = 'AuthenticationError'
}

/** 403: the API key lacks a scope, or belongs to another workspace. */
export class PermissionError extends ApiError {
  override readonly name = 'PermissionError'
}

/** 404: there is no such thing in this workspace. */
export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError'
}

/** 409: the request contradicts what is there. */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError'
}

/** 413: the body is too large. */
export class PayloadTooLargeError extends ApiError {
  override readonly name = 'PayloadTooLargeError'
}

/** 429: too many requests, also after the retries. */
export class RateLimitError extends ApiError {
  override readonly name = 'RateLimitError'
  /** From `Retry-After`, where it was sent. */
  readonly retryAfterSeconds: number | undefined

  constructor(facts: ErrorFacts) {
    super(facts)
    this.retryAfterSeconds = facts.retryAfterSeconds
  }
}

/** 5xx: something went wrong on the service's side, also after the retries. */
export class ServerError extends ApiError {
  override readonly name = 'ServerError'
  /** From `Retry-After`, where it was sent. */
  readonly retryAfterSeconds: number | undefined

  constructor(facts: ErrorFacts) {
    super(facts)
    this.retryAfterSeconds = facts.retryAfterSeconds
  }
}

/** No response: the service could not be reached, or the connection broke. `cause` is what `fetch` said. */
export class ConnectionError extends ApiError {
  override readonly name = 'ConnectionError'
}

/** No response within `timeoutMs`. */
export class TimeoutError extends ApiError {
  override readonly name = 'TimeoutError'
}
