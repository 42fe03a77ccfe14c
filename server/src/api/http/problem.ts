// Owns the one map from an error to an HTTP response: refusals, Fastify's own errors, and bugs.
// Must never let the text of an unknown error out: it is logged under the request's id instead.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { ERRORS, type ErrorCode, errorMessage, type Issue, type ProblemBody, Refusal } from '@timbre/contract/errors.ts'
import type { Finding } from '../validation/findings.ts'
import { meantName } from '../validation/meant-names.ts'
import { reasonSentence } from '../validation/reasons.ts'
import { type Language, preferredLanguage } from './language.ts'

const EVENT_KEYS = BUILT_IN_EVENT_TYPES.map(({ key }) => key)

export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemBody
  /** true: a bug or a failing disk, to be logged with its stack. */
  readonly isFault: boolean
}

export interface ProblemRequest {
  readonly acceptLanguage: string | undefined
  /** The route's limit in bytes, which Fastify's error does not carry. */
  readonly bodyBytesMax: number
}

/** The response to whatever was thrown while a request was served. */
export function problemOf(error: unknown, request: ProblemRequest): Problem {
  const refusal = refusalOf(error, request)
  const { code, details } = refusal ?? new Refusal('INTERNAL_ERROR')
  const language = preferredLanguage(request.acceptLanguage)
  return {
    status: ERRORS[code].status,
    headers: headersOf(code, details),
    body: { code, message: messageOf(code, details, language), details: shownDetails(details, language) },
    isFault: refusal === undefined || code === 'STORAGE_UNAVAILABLE',
  }
}

function refusalOf(error: unknown, { bodyBytesMax }: ProblemRequest): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (!(error instanceof Error)) return undefined
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown } // Fastify's errors carry both
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('BODY_TOO_LARGE', { limitBytes: bodyBytesMax })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('UNSUPPORTED_MEDIA_TYPE', { reason: 'media_type' })
    case 'FST_ERR_BAD_URL':
      return new Refusal('INVALID_INPUT', { findings: [UNREADABLE_PATH] })
    default:
      // What is left of Fastify's 4xx is a body that ended early or lied about its length.
      return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
        ? new Refusal('INVALID_JSON', { reason: 'unreadable' })
        : undefined
  }
}

const UNREADABLE_PATH: Finding = {
  path: ':',
  en: 'the path is not valid percent-encoded UTF-8',
  es: 'la ruta no es UTF-8 válido con codificación por ciento',
}

/** What passes by itself. */
const WAITED_FOR: ReadonlySet<ErrorCode> = new Set([
  'TOO_MANY_REQUESTS',
  'TOO_MANY_STREAMS',
  'NOT_READY',
  'STORAGE_UNAVAILABLE',
])

function headersOf(code: ErrorCode, details: Refusal['details']): Record<string, string> {
  if (WAITED_FOR.has(code)) {
    return { 'retry-after': String(Math.max(1, Math.ceil(Number(details['retryAfterSeconds'] ?? 1)))) }
  }
  if (code === 'METHOD_NOT_ALLOWED') return { allow: String(details['allowed']) }
  // RFC 9110 §11.6.1: a 401 names the scheme.
  return ERRORS[code].status === 401 ? { 'www-authenticate': 'Bearer' } : {}
}

function messageOf(code: ErrorCode, details: Refusal['details'], language: Language): string {
  const { reason } = details
  const filled = typeof reason === 'string' ? { ...details, reason: reasonSentence(reason, language) } : details
  const summary = summaryOf(findingsIn(details), language)
  const message = errorMessage(code, { ...filled, summary, hint: hintOf(code, details, language) }, language)
  // The sentence of a reason may have a place of its own; the value comes last, so that nothing in it is taken for one.
  return 'form' in details ? message.replace('{form}', () => String(details['form'])) : message
}

/** Which event type was probably meant by one that is not known. */
function hintOf(code: ErrorCode, { key }: Refusal['details'], language: Language): string {
  const meant = code === 'UNKNOWN_EVENT_TYPE' ? meantName(String(key), EVENT_KEYS) : undefined
  if (meant === undefined) return ''
  return { en: ` Did you mean ${meant}?`, es: ` ¿Querías decir ${meant}?` }[language]
}

function summaryOf(findings: readonly Finding[], language: Language): string {
  const [first] = findings
  if (first === undefined) return language === 'es' ? 'La petición no es válida' : 'The request is not valid'
  const place = first.path === '' ? { en: 'The body', es: 'El cuerpo' }[language] : first.path
  const rest = findings.length - 1
  const more = rest === 0 ? '' : { en: ` (and ${rest} more)`, es: ` (y ${rest} más)` }[language]
  return `${place} ${first[language]}${more}`
}

/** The details as they are shown: findings become issues in the caller's language. */
function shownDetails(details: Refusal['details'], language: Language): Record<string, unknown> {
  const { findings, ...shown } = details
  if (findings === undefined || findingsIn(details).length === 0) return shown
  const issues: Issue[] = findingsIn(details).map((finding) => ({ path: finding.path, message: finding[language] }))
  return { ...shown, issues }
}

function findingsIn(details: Refusal['details']): readonly Finding[] {
  return (details['findings'] ?? []) as readonly Finding[] // only findings.ts and schemas/ set this key
}
