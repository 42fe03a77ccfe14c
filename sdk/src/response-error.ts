// Owns which error a response of the service is.
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  type ErrorFacts,
  NotFoundError,
  PayloadTooLargeError,
  PermissionError,
  RateLimitError,
  ServerError,
  ValidationError,
} from './errors.ts'
import { now } from './runtime.ts'

/**
 * The error of a response that is not 2xx, or that is 2xx and no JSON.
 * @param text the response's body, as it came
 */
export function responseError(response: Response, text: string): ApiError {
  const facts = { ...(problem(text) ?? unexpected(response)), ...circumstances(response) }
  const { status } = facts
  if (status === 400) return new ValidationError(facts)
  if (status === 401) return new AuthenticationError(facts)
  if (status === 403) return new PermissionError(facts)
  if (status === 404) return new NotFoundError(facts)
  if (status === 409) return new ConflictError(facts)
  if (status === 413) return new PayloadTooLargeError(facts)
  if (status === 429) return new RateLimitError(facts)
  return status >= 500 ? new ServerError(facts) : new ApiError(facts)
}

function circumstances(response: Response): Pick<ErrorFacts, 'status' | 'requestId' | 'retryAfterSeconds'> {
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')),
  }
}

/** The service's own error body, or `undefined` when somebody else answered (a proxy, a wrong address). */
function problem(text: string): Pick<ErrorFacts, 'code' | 'message' | 'details'> | undefined {
  const body = parsed(text)
  if (!isObject(body) || typeof body['code'] !== 'string' || typeof body['message'] !== 'string') return undefined
  return { code: body['code'], message: body['message'], details: isObject(body['details']) ? body['details'] : {} }
}

function unexpected(response: Response): Pick<ErrorFacts, 'code' | 'message'> {
  const code = 'UNEXPECTED_RESPONSE'
  // A browser hides the status of a redirect that it was told not to follow, and calls it 0.
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    return { code, message: 'The service answered with a redirect, which is not followed. Correct baseUrl.' }
  }
  const kind = response.headers.get('content-type') ?? 'no content type'
  return { code, message: `The response was ${response.status} with ${kind}, not one of the service. Check baseUrl.` }
}

/** Seconds of a `Retry-After`: a number or an HTTP date (RFC 9110 §10.2.3). */
function retryAfterSeconds(header: string | null): number | undefined {
  if (header === null) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header)
  const dateMs = Date.parse(header)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - now()) / 1000))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
