// Owns the reading of single fields out of a provider's payload.
// Must never throw: what is not there, or has another form, is undefined.
import { createHash } from 'node:crypto'
import { bodyText, isObject, type Payload, type SourceRequest } from './source-request.ts'

/** Of a call's id, a number, a reason: the bound that the catalogue has for them. */
const SHORT_LENGTH_MAX = 256
const URL_LENGTH_MAX = 2048
/** With its escapes it must still fit into an event. */
export const TRANSCRIPT_LENGTH_MAX = 60_000

/** The value below the names, one after another. */
export function at(payload: unknown, ...names: readonly string[]): unknown {
  let value = payload
  for (const name of names) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

export function objectAt(payload: unknown, ...names: readonly string[]): Payload {
  const value = at(payload, ...names)
  return isObject(value) ? value : {}
}

/** A text of 1 to 256 characters, or a number written as one. */
export function textAt(payload: unknown, ...names: readonly string[]): string | undefined {
  const value = at(payload, ...names)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, SHORT_LENGTH_MAX) : undefined
}

/** A number, or a text that is one. */
export function numberAt(payload: unknown, ...names: readonly string[]): number | undefined {
  const value = at(payload, ...names)
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined
}

/** The URL as it was written, when the URL standard parses it. */
export function urlAt(payload: unknown, ...names: readonly string[]): string | undefined {
  const value = at(payload, ...names)
  return typeof value === 'string' && value.length <= URL_LENGTH_MAX && URL.canParse(value) ? value : undefined
}

export function transcriptAt(payload: unknown, ...names: readonly string[]): string | undefined {
  const value = at(payload, ...names)
  return typeof value === 'string' && value !== '' ? cutTranscript(value) : undefined
}

/** A transcript that does not fit is cut, and says so. */
export function cutTranscript(text: string): string {
  if (text.length <= TRANSCRIPT_LENGTH_MAX) return text
  return `${text.slice(0, TRANSCRIPT_LENGTH_MAX)}… (${text.length - TRANSCRIPT_LENGTH_MAX} more characters at the provider)`
}

/** A date in any form that `Date` reads, or seconds or milliseconds since 1970, as ms. */
export function timeAt(payload: unknown, ...names: readonly string[]): number | undefined {
  const seconds = numberAt(payload, ...names)
  if (seconds !== undefined) return msOfEpoch(seconds)
  const value = at(payload, ...names)
  const read = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(read) ? undefined : read
}

/** Seconds until the year 5138 are less than milliseconds from March 1973 on. */
export function msOfEpoch(count: number): number {
  return Math.round(count < 1e11 ? count * 1000 : count)
}

/** A duration in seconds as ms. */
export function secondsAsMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds < 0 ? undefined : Math.round(seconds * 1000)
}

/** E.164 without its `+`, as Vonage and Plivo write numbers, gets it; all else stays as it is. */
export function withPlus(number: string | undefined): string | undefined {
  return number !== undefined && /^[1-9]\d{6,14}$/.test(number) ? `+${number}` : number
}

/** Without the members that are undefined. */
export function known<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> } // only members were left out
}

/** Those of the given names that the payload has, as they are. */
export function pick(payload: unknown, ...names: readonly string[]): Payload {
  return known(Object.fromEntries(names.map((name) => [name, at(payload, name) ?? undefined])))
}

/** Joined so that no two lists of parts give the same key. */
export function keyOf(...parts: readonly (string | number | undefined)[]): string {
  return parts.map((part) => encodeURIComponent(part ?? '')).join('/')
}

/** The key of a message that has none of its own: the same bytes are the same message. */
export function keyOfBody(request: SourceRequest): string {
  return createHash('sha256').update(request.body).digest('base64url')
}

/** A hash of the body as text, in hex: what tokens say of it. */
export function bodySha256(request: SourceRequest, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(request.body).digest(encoding)
}

/** Hash of the body without white space between its members, where a provider signs that. */
export function compactBodySha256(request: SourceRequest): string | undefined {
  try {
    return createHash('sha256')
      .update(JSON.stringify(JSON.parse(bodyText(request))))
      .digest('hex')
  } catch {
    return undefined
  }
}
