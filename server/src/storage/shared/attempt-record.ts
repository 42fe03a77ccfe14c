// Owns how the details of an attempt are written as text, and read again; the same in every backend.
// Must lose nothing: what is read equals what was written.
import type { Timings } from '@timbre/contract/attempt.ts'
import {
  SUPERVISOR_DELIVERY,
  SUPERVISOR_EVENT,
  SUPERVISOR_SIGNATURE,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import type { AttemptRecord } from '../interface/hot-storage.ts'
import type { AttemptRow } from '../interface/rows.ts'

/** Made once, by whoever made the attempt: on its way to the disk it is not read again. */
export function attemptRecord(row: AttemptRow): AttemptRecord {
  const { dns, connect, tls, firstByte } = row.timings
  return {
    number: row.number,
    trigger: row.trigger,
    startedAt: row.startedAt,
    durationMs: row.durationMs,
    // As JSON.stringify writes it, at a tenth of its time.
    timings: `{"dns":${dns},"connect":${connect},"tls":${tls},"firstByte":${firstByte}}`,
    remoteAddress: row.remoteAddress,
    requestHeaders: headersText(row.requestHeaders),
    responseStatus: row.responseStatus,
    responseHeaders: row.responseHeaders === null ? null : JSON.stringify(row.responseHeaders),
    responseBody: row.responseBody,
    outcome: row.outcome,
    error: row.error,
  }
}

export function readAttempt(record: AttemptRecord): AttemptRow {
  return {
    ...record,
    timings: readTimings(record.timings),
    // Written above from the same types.
    requestHeaders: readHeaders(record.requestHeaders),
    responseHeaders:
      record.responseHeaders === null ? null : (JSON.parse(record.responseHeaders) as Record<string, string>),
  }
}

/** Of an attempt over a connection that was there already, which most are. */
const ONLY_FIRST_BYTE = '{"dns":null,"connect":null,"tls":null,"firstByte":'

/** Read with each result that is recorded: JSON.parse takes several times as long. */
export function readTimings(text: string): Timings {
  const firstByte = text.startsWith(ONLY_FIRST_BYTE) ? Number(text.slice(ONLY_FIRST_BYTE.length, -1)) : Number.NaN
  // Not a number: null, which JSON.parse reads too. Written by attemptRecord from the same type.
  return Number.isNaN(firstByte) ? (JSON.parse(text) as Timings) : { dns: null, connect: null, tls: null, firstByte }
}

/**
 * Nearly every request has these headers, so that their names need not be kept: 230 bytes of a row instead of 450.
 * The text is a tab and the values in this order, with a tab between; then, after another tab, the other headers as
 * JSON, if any: a webhook's own, or the signature of a secret that was rotated.
 */
const USUAL = [
  'content-type',
  'user-agent',
  SUPERVISOR_SIGNATURE,
  SUPERVISOR_EVENT,
  SUPERVISOR_DELIVERY,
  WEBHOOK_ID,
  WEBHOOK_TIMESTAMP,
  WEBHOOK_SIGNATURE,
] as const
const IS_USUAL: ReadonlySet<string> = new Set(USUAL)

/** Request headers as they are kept. */
export function headersText(headers: Readonly<Record<string, string>>): string {
  // Name by name, in the order of USUAL: so each place in the code knows what it looks for. A loop is slower.
  const parts = [
    // Before the first value there is a tab, too.
    '',
    headers['content-type'],
    headers['user-agent'],
    headers[SUPERVISOR_SIGNATURE],
    headers[SUPERVISOR_EVENT],
    headers[SUPERVISOR_DELIVERY],
    headers[WEBHOOK_ID],
    headers[WEBHOOK_TIMESTAMP],
    headers[WEBHOOK_SIGNATURE],
  ]
  if (!parts.every(isPlain)) return JSON.stringify(headers)
  if (Object.keys(headers).length > USUAL.length) parts.push(JSON.stringify(unusual(headers)))
  return parts.join('\t')
}

function isPlain(value: string | undefined): boolean {
  return value !== undefined && !value.includes('\t')
}

function unusual(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !IS_USUAL.has(name)))
}

export function readHeaders(text: string): Readonly<Record<string, string>> {
  if (!text.startsWith('\t')) return JSON.parse(text) as Record<string, string>
  const values = text.split('\t').slice(1)
  const usual = Object.fromEntries(USUAL.map((name, index) => [name, values[index] ?? '']))
  const others = values.slice(USUAL.length).join('\t')
  return others === '' ? usual : { ...usual, ...(JSON.parse(others) as Record<string, string>) }
}
