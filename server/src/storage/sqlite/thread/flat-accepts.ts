// Owns the requests and the reply of `acceptEvents` as flat values (`flat-values.ts`).
import type { SkippedWebhook } from '@timbre/contract/event.ts'
import type { AcceptEventsResult, AcceptedRow, AcceptRequest, AcceptResult, NewEvent } from '../../storage.ts'
import { readLeased, writeLeased } from './flat-deliveries.ts'
import type { FlatReader, FlatWriter } from './flat-values.ts'

export function writeRequest(writer: FlatWriter, { workspaceId, idempotency, advance, events }: AcceptRequest): void {
  writer.values.push(writer.shared(workspaceId), idempotency, advance)
  writer.rows(events, writeEvent)
}

export function readRequest(values: FlatReader): AcceptRequest {
  return {
    workspaceId: values.shared(),
    idempotency: values.next(),
    advance: values.next(),
    events: values.rows(readEvent),
  }
}

function writeEvent({ values }: FlatWriter, event: NewEvent): void {
  values.push(
    event.id,
    event.type,
    event.agentId,
    event.callId,
    event.createdAt,
    event.acceptedAt,
    event.envelope,
    event.testOf ?? null,
  )
}

function readEvent(values: FlatReader): NewEvent {
  const event = {
    id: values.next<string>(),
    type: values.next<string>(),
    agentId: values.next<string | null>(),
    callId: values.next<string | null>(),
    createdAt: values.next<number>(),
    acceptedAt: values.next<number>(),
    envelope: values.next<string>(),
  }
  const testOf = values.next<string | null>()
  return testOf === null ? event : { ...event, testOf }
}

export function writeAcceptEventsResult(
  writer: FlatWriter,
  { results, leased, overflow, pulled }: AcceptEventsResult,
): void {
  // Few webhooks are of kind `pull`.
  writer.values.push(overflow, pulled.length === 0 ? null : pulled)
  writer.rows(results, writeResult)
  writer.rows(leased, writeLeased)
}

export function readAcceptEventsResult(values: FlatReader): AcceptEventsResult {
  return {
    overflow: values.next(),
    pulled: values.next<readonly string[] | null>() ?? [],
    results: values.rows(readResult),
    leased: values.rows(readLeased),
  }
}

function writeResult(writer: FlatWriter, result: AcceptResult): void {
  writer.values.push(result.kind)
  if ('events' in result) writer.rows(result.events, writeAccepted)
  else if (result.kind === 'id_reused') writer.values.push(result.place)
  else if (result.kind === 'too_many_deliveries') writer.values.push(result.deliveries)
}

function readResult(values: FlatReader): AcceptResult {
  const kind = values.next<AcceptResult['kind']>()
  if (kind === 'key_reused' || kind === 'call_moved') return { kind }
  if (kind === 'id_reused') return { kind, place: values.next() }
  if (kind === 'too_many_deliveries') return { kind, deliveries: values.next() }
  return { kind, events: values.rows(readAccepted) }
}

function writeAccepted({ values }: FlatWriter, row: AcceptedRow): void {
  values.push(row.id, row.type, row.createdAt, row.duplicate, row.deliveryCount, row.agentId, row.skipped)
}

function readAccepted(values: FlatReader): AcceptedRow {
  const row = {
    id: values.next<string>(),
    type: values.next<string>(),
    createdAt: values.next<number>(),
    duplicate: values.next<boolean>(),
    deliveryCount: values.next<number>(),
    agentId: values.next<string | null>(),
  }
  const skipped = values.next<readonly SkippedWebhook[] | undefined>()
  return skipped === undefined ? row : { ...row, skipped }
}
