// Owns the events that the benchmarks publish, as text: pre-made, because making them costs CPU that is not the server's.
import { randomBytes } from 'node:crypto'

export const EVENT_TYPE = 'call.status.updated'
/** What a receiver gets: a short status, and one with a transcript. */
export const BODY_BYTES = { small: 717, large: 16 * 1024 } as const

const CREATED_AT = '2026-01-01T00:00:00.000Z'
const RUN = randomBytes(10).toString('hex')
/** Fixed width, so that it can be written over in place. */
const CALL_ID_DIGITS = 12

/** The n-th call of this run. */
export function callId(nth: number): string {
  return `${RUN}${String(nth).padStart(CALL_ID_DIGITS, '0')}`
}

/**
 * `data` of an event, such that the body which receivers get has about so many bytes.
 * @param sentAtMs absent: it does not tell when it was meant to be sent, and the receiver does not look
 */
export function dataText(bodyBytes: number, call: string, sentAtMs?: number): string {
  const start = `{"call_id":"${call}","call_status":"ended",${sentAtMs === undefined ? '' : `"sent_at":${sentAtMs.toFixed(3)},`}"transcript":"`
  return `${start}${'x'.repeat(Math.max(bodyBytes - envelope('').length - start.length - 2, 0))}"}`
}

/** The event as it is published. */
export function eventText(data: string, agentId: string | undefined): string {
  return `{"type":"${EVENT_TYPE}",${agentId === undefined ? '' : `"agentId":"${agentId}",`}"data":${data}}`
}

/** The body as a receiver gets it. */
export function envelope(data: string): string {
  return `{"id":"evt_${'0'.repeat(26)}","type":"${EVENT_TYPE}","created_at":"${CREATED_AT}","data":${data}}`
}
