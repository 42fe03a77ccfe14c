// Owns the diagnosis of a request that does not verify: which of the causes it is.
// Must never show a secret or a right signature, nor name a cause that is not shown by the request itself.
import { WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP } from '@timbre/contract/signature.ts'
import { now } from '../../runtime.ts'
import { checkEventId, parsedBody } from '../check-event-id.ts'
import { bodyBytes, RAW_BODY_BYTES_MAX, type RawBody } from '../raw-body.ts'
import { checkedSecrets, type Secrets } from '../secrets.ts'
import { SignatureError } from '../signature-error.ts'
import { type Claim, type HeadersInput, header, readClaim, readSupervisorClaim } from '../signature-headers.ts'
import { type VerifyOptions, verifySettings } from '../verify-options.ts'
import { isSignedText } from '../verify-signature.ts'
import { bodyCandidates, parsedCandidates } from './body-candidates.ts'
import { type BodyCandidate, CAUSES, type DiagnosisCause } from './causes.ts'
import { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import { mixedSchemes } from './mixed-schemes.ts'
import { secretSpellings } from './secret-spellings.ts'
import { timeCause } from './timing.ts'
import { truncation } from './truncation.ts'

export interface DiagnoseOptions extends VerifyOptions {
  /** When the request was received, by the receiver's clock, in milliseconds since 1970. Default: now. */
  readonly receivedAt?: number
  /** Whether the receiver has handled this `webhook-id` before. Tells a recorded request from a wrong clock. */
  readonly wasHandled?: boolean
  /** Other secrets that the webhook has or had: at most 100. */
  readonly webhookSecrets?: readonly string[]
  /** The secrets of other webhooks, by the names that the diagnosis is to say: at most 100. */
  readonly otherSecrets?: Readonly<Record<string, string>>
}

export interface Diagnosis {
  /** Whether `verifySignature` accepts it, with these options, at this time. */
  readonly verifies: boolean
  /** null: it verifies, and there is nothing to say. `unknown`: none of the causes can be shown. */
  readonly cause: DiagnosisCause | 'unknown' | null
  /** What is wrong and what to do, in sentences for a person. */
  readonly message: string
  /** The facts of it, such as `firstDifference` (the first byte that is not as it was sent, counted from 0) and `change`. */
  readonly detail: Readonly<Record<string, string | number>>
  /** How many signatures were computed: at most 400, over at most 20 MiB. */
  readonly checks: number
}

/** What the steps look at. */
interface Request {
  readonly headers: HeadersInput
  readonly claim: Claim
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly secrets: readonly string[]
  readonly options: DiagnoseOptions
  readonly evidence: Evidence
}

const SECRETS_MAX = 100

/**
 * Why a request does not verify, or that it does. For people who look for a fault: a receiver calls `verifySignature`.
 * @param body the raw body; where that is gone, what a parser made of it
 * @param headers those of the request; with `content-length` where it is there
 * @param secret what the receiver verifies with
 * @throws TypeError that names a wrong option; never because of the request
 */
export async function diagnose(
  body: unknown,
  headers: HeadersInput,
  secret: Secrets,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  checkOptions(headers, options)
  const evidence = new Evidence([])
  const plain = plainCause(headers, body, secret)
  if (plain !== undefined) return report(plain, evidence)
  return diagnosed(headers, body, checkedSecrets(secret), options)
}

function checkOptions(headers: HeadersInput, options: DiagnoseOptions): void {
  if (typeof headers !== 'object' || headers === null) throw new TypeError('headers must be those of the request.')
  verifySettings(options)
  const { receivedAt = 0, webhookSecrets = [], otherSecrets = {} } = options
  if (!Number.isFinite(receivedAt)) throw new TypeError('receivedAt must be milliseconds since 1970.')
  for (const [name, secrets] of Object.entries({ webhookSecrets, otherSecrets })) {
    const texts: unknown[] = Object.values(secrets)
    if (texts.length > SECRETS_MAX) throw new TypeError(`${name} must be ${SECRETS_MAX} at most.`)
    if (texts.some((text) => typeof text !== 'string' || text === ''))
      throw new TypeError(`${name} must be texts, none empty.`)
  }
}

/** What is seen without computing anything. */
function plainCause(headers: HeadersInput, body: unknown, secret: Secrets): Finding | undefined {
  try {
    if (checkedSecrets(secret).some((text) => /\*{8}/.test(text))) return { cause: 'secret_masked' }
  } catch (error) {
    if (error instanceof SignatureError) return { cause: 'secret_missing' }
    throw error
  }
  if (body === undefined || body === null) return { cause: 'body_missing' }
  const missing = [WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE, WEBHOOK_ID].filter(
    (name) => header(headers, name) === undefined,
  )
  // Without time and signature the request may still have one that covers no time: `readClaim` knows.
  const isOfOtherScheme = missing.includes(WEBHOOK_TIMESTAMP) && missing.includes(WEBHOOK_SIGNATURE)
  if (missing.length === 0 || isOfOtherScheme) return undefined
  return { cause: 'header_missing', what: `Missing: ${missing.join(', ')}.` }
}

async function diagnosed(
  headers: HeadersInput,
  body: unknown,
  secrets: readonly string[],
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  const bytes = isRaw(body) ? bodyBytes(body) : new Uint8Array(0)
  const claim = claimOf(headers)
  const evidence = new Evidence('cause' in claim ? [] : [claim])
  if ('cause' in claim) {
    const mixed = await mixedCause({ headers, bytes, secrets, evidence })
    return report(mixed ?? claim, evidence)
  }
  const request: Request = { headers, claim, bytes, secrets, options, evidence }
  const finding = await found(request, body)
  if (finding !== 'genuine') return report(finding, evidence)
  const message = 'The signature is right, and so is its time. There is nothing wrong with this request.'
  return { verifies: true, cause: null, message, detail: {}, checks: evidence.checks }
}

/** The claim that a receiver checks by, or why there is none. */
function claimOf(headers: HeadersInput): Claim | Finding {
  try {
    return readClaim(headers)
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    return { cause: error.code === 'no_signature' ? 'header_missing' : 'header_malformed', what: error.message }
  }
}

/** The steps, the plainest cause first: each ends the search when it has shown something. */
async function found(request: Request, body: unknown): Promise<Finding | 'genuine' | undefined> {
  if (!isRaw(body)) return bodyCause(request, parsedCandidates(body as object), false)
  const genuine = await genuineOrLate(request)
  if (genuine !== undefined || request.bytes.length > RAW_BODY_BYTES_MAX) return genuine
  if (request.bytes.length === 0) return { cause: 'body_missing' }
  return (
    (await mixedCause(request)) ??
    (await headersCause(request)) ??
    (await secretCause(request)) ??
    (await bodyCause(request, bodyCandidates(request.bytes), true)) ??
    truncation(request.bytes, request.headers)
  )
}

/** For a request whose signature is right: what else there is to say of it. */
async function genuineOrLate({ claim, bytes, secrets, headers, options, evidence }: Request) {
  const places = []
  for (const secret of secrets) places.push(await evidence.place(claim, bytes, secret))
  const known = places.filter((place) => place !== undefined)
  if (known.length === 0) return undefined
  if (claim.scheme === 'supervisor' && options.requireTimestamp !== false) {
    return { cause: 'header_missing', what: 'x-supervisor-signature is right, and covers no time.' } as const
  }
  const { receivedAt = now(), wasHandled = false } = options
  const received = { atS: receivedAt / 1000, toleranceS: verifySettings(options).toleranceSeconds, wasHandled }
  const late = claim.scheme === 'standard' ? timeCause(claim, received) : undefined
  if (late !== undefined) return late
  if (claim.scheme === 'supervisor' && isSignedText(bytes)) return { cause: 'scheme_mixed', what: SIGNED_TEXT } as const
  if (!hasEventId(headers, bytes)) return { cause: 'id_mismatch' } as const
  return Math.min(...known) === 0 ? 'genuine' : ({ cause: 'older_secret', what: STILL_VALID, verifies: true } as const)
}

const SIGNED_TEXT = 'The body is what webhook-signature signs, not what was sent.'
const STILL_VALID = 'It verifies until the time of the replaced secret ends.'

function hasEventId(headers: HeadersInput, bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    checkEventId(headers, parsedBody(bytes))
    return true
  } catch (error) {
    if (error instanceof SignatureError) return false
    throw error
  }
}

async function mixedCause(
  request: Pick<Request, 'headers' | 'bytes' | 'secrets' | 'evidence'>,
): Promise<Finding | undefined> {
  const what = await mixedSchemes(request.headers, request.bytes, request.secrets, request.evidence)
  return what === undefined ? undefined : { cause: 'scheme_mixed', what: `${what}.` }
}

async function headersCause({ claim, headers, bytes, secrets, evidence }: Request): Promise<Finding | undefined> {
  if (claim.scheme === 'supervisor') return undefined
  try {
    const other = readSupervisorClaim(headers)
    for (const secret of secrets) {
      if ((await evidence.place(other, bytes, secret)) !== undefined) return { cause: 'headers_changed' }
    }
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error // without that header it shows nothing
  }
  return undefined
}

async function secretCause({ bytes, secrets, options, evidence }: Request): Promise<Finding | undefined> {
  for (const given of secrets) {
    for (const { secret, name } of secretSpellings(given)) {
      if (await evidence.holds(bytes, secret))
        return { cause: 'secret_spelling', what: `Of the secret: ${name}.`, detail: { change: name } }
    }
  }
  for (const secret of options.webhookSecrets ?? []) {
    if (await evidence.holds(bytes, secret)) return { cause: 'older_secret' }
  }
  for (const [webhook, secret] of Object.entries(options.otherSecrets ?? {})) {
    if (await evidence.holds(bytes, secret))
      return { cause: 'other_webhook', what: `It is that of ${webhook}.`, detail: { webhook } }
  }
  return undefined
}

async function bodyCause(
  { bytes, secrets, evidence }: Request,
  candidates: Iterable<BodyCandidate>,
  isRawBody: boolean,
): Promise<Finding | undefined> {
  for (const { cause, how, body } of candidates) {
    const original = bodyBytes(body)
    for (const secret of secrets) {
      if (evidence.isExhausted) return undefined
      if (await evidence.holds(original, secret)) {
        return {
          cause,
          ...(isRawBody ? difference(bytes, original, how) : { what: `So ${how}.`, detail: { change: how } }),
        }
      }
    }
  }
  return undefined
}

/** Where what came begins to differ from what was sent. */
function difference(came: Uint8Array, sent: Uint8Array, how: string): Pick<Finding, 'what' | 'detail'> {
  let first = 0
  while (first < came.length && came[first] === sent[first]) first++
  const detail = { change: how, firstDifference: first, bytes: came.length, sentBytes: sent.length }
  return { what: `Byte ${first} is the first that is not as it was sent: ${how}.`, detail }
}

function report(finding: Finding | undefined, { checks }: Evidence): Diagnosis {
  if (finding === undefined) {
    const message =
      'No cause can be shown: the secret is of another webhook or was replaced, or the body is not what was sent in a way that cannot be undone. Compare the last four characters of the secret with secretPreview, and the number of bytes with content-length.'
    return { verifies: false, cause: 'unknown', message, detail: {}, checks }
  }
  const { cause, what, detail = {}, verifies = false } = finding
  const { means, remedy } = CAUSES[cause]
  return {
    verifies,
    cause,
    message: [means, what, remedy].filter((part) => part !== undefined).join(' '),
    detail,
    checks,
  }
}

function isRaw(body: unknown): body is RawBody {
  return (
    typeof body === 'string' ||
    ArrayBuffer.isView(body) ||
    Object.prototype.toString.call(body) === '[object ArrayBuffer]'
  )
}
