// Owns the rows of the hot calls as flat values, one after another in a list: requests and results of `acceptEvents` and `recordAttempts`,
// leased deliveries, and the offer they are leased under. Each pair reads in the order in which it writes.
// Must never ask for another type than was written there: no value says what it is.
import type { SkippedWebhook } from '@timbre/contract/event.ts'
import type {
  AcceptEventsResult,
  AcceptedRow,
  AcceptRequest,
  AcceptResult,
  AttemptRecord,
  AttemptResult,
  ClaimedDelivery,
  LeasedDelivery,
  LeaseOffer,
  NewEvent,
  RecordAttemptsResult,
} from '../../storage.ts'

/** What crosses between threads without a copy of its shape: a structured clone of texts and numbers is a memory copy. */
export type FlatValues = readonly unknown[]

/**
 * A text that is in many rows crosses once, and is one text on the other side. Else each row would have a copy, and V8 looks up
 * each copy in its table of texts when a Map is first asked for it (docs/performance.md).
 */
export class FlatWriter {
  readonly values: unknown[] = []
  readonly #shared = new Map<string, number>()

  /** What to write for a text that is in many rows: the text itself, or which of the shared ones it is. */
  shared(text: string): string | number {
    const nth = this.#shared.get(text)
    if (nth !== undefined) return nth
    this.#shared.set(text, this.#shared.size)
    return text
  }

  /** The number of rows, then what `write` writes of each. */
  rows<T>(rows: readonly T[], write: (writer: FlatWriter, row: T) => void): void {
    this.values.push(rows.length)
    for (const row of rows) write(this, row)
  }
}

/** Each cast is what the writer beside the reader wrote: they are one function apart in the same file. */
export class FlatReader {
  readonly #values: FlatValues
  readonly #shared: string[] = []
  #at = 0

  constructor(values: FlatValues) {
    this.#values = values
  }

  get isAtEnd(): boolean {
    return this.#at === this.#values.length
  }

  next<T extends string | number | boolean | object | null | undefined>(): T {
    return this.#values[this.#at++] as T
  }

  /** A text that was written as a shared one. */
  shared(): string {
    const value = this.next<string | number>()
    if (typeof value === 'number') return this.#shared[value] as string // the writer has written it before
    this.#shared.push(value)
    return value
  }

  /** As many rows as a number before them says. */
  rows<T>(read: (values: FlatReader) => T): T[] {
    const count = this.next<number>()
    const rows: T[] = []
    for (let nth = 0; nth < count; nth++) rows.push(read(this))
    return rows
  }
}

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
  writer.rows(results, writeAcceptResult)
  writer.rows(leased, writeLeased)
}

export function readAcceptEventsResult(values: FlatReader): AcceptEventsResult {
  return {
    overflow: values.next(),
    pulled: values.next<readonly string[] | null>() ?? [],
    results: values.rows(readAcceptResult),
    leased: values.rows(readLeased),
  }
}

function writeAcceptResult(writer: FlatWriter, result: AcceptResult): void {
  writer.values.push(result.kind)
  if ('events' in result) writer.rows(result.events, writeAccepted)
  else if (result.kind === 'id_reused') writer.values.push(result.place)
  else if (result.kind === 'too_many_deliveries') writer.values.push(result.deliveries)
}

function readAcceptResult(values: FlatReader): AcceptResult {
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

export function writeResult(writer: FlatWriter, result: AttemptResult): void {
  const { lease } = result
  writer.values.push(
    writer.shared(lease.workspaceId),
    lease.id,
    writer.shared(lease.leaseToken),
    lease.place,
    lease.orderKey,
    writer.shared(result.webhookId),
    result.status,
    result.nextAttemptAt,
    result.countsForSchedule,
    result.disableWebhook,
    // Rare, and few.
    result.announce.length === 0 ? null : result.announce,
    result.isPulled,
  )
  writeAttempt(writer, result.attempt)
}

export function readResult(values: FlatReader): AttemptResult {
  return {
    lease: {
      workspaceId: values.shared(),
      id: values.next(),
      leaseToken: values.shared(),
      place: values.next(),
      orderKey: values.next(),
    },
    webhookId: values.shared(),
    status: values.next(),
    nextAttemptAt: values.next(),
    countsForSchedule: values.next(),
    disableWebhook: values.next(),
    announce: values.next<AttemptResult['announce'] | null>() ?? [],
    isPulled: values.next(),
    attempt: readAttempt(values),
  }
}

function writeAttempt({ values }: FlatWriter, attempt: AttemptRecord): void {
  values.push(
    attempt.number,
    attempt.trigger,
    attempt.startedAt,
    attempt.durationMs,
    attempt.outcome,
    attempt.responseStatus,
    attempt.remoteAddress,
    attempt.error,
    attempt.timings,
    attempt.requestHeaders,
    attempt.responseHeaders,
    attempt.responseBody,
  )
}

function readAttempt(values: FlatReader): AttemptRecord {
  return {
    number: values.next(),
    trigger: values.next(),
    startedAt: values.next(),
    durationMs: values.next(),
    outcome: values.next(),
    responseStatus: values.next(),
    remoteAddress: values.next(),
    error: values.next(),
    timings: values.next(),
    requestHeaders: values.next(),
    responseHeaders: values.next(),
    responseBody: values.next(),
  }
}

export function writeRecordAttemptsResult(
  writer: FlatWriter,
  { written, leased, overflow, pulled }: RecordAttemptsResult,
): void {
  writer.values.push(overflow, written, pulled)
  writer.rows(leased, writeClaimed)
}

export function readRecordAttemptsResult(values: FlatReader): RecordAttemptsResult {
  return { overflow: values.next(), written: values.next(), pulled: values.next(), leased: values.rows(readClaimed) }
}

export function writeOffer({ values }: FlatWriter, offer: LeaseOffer): void {
  const { token, until, limit, capacityDefault, capacity, workspaceDefault, workspaces, common, reserve, firstWaitMs } =
    offer
  values.push(token, until, limit, capacityDefault, workspaceDefault, common, reserve, firstWaitMs, capacity.length)
  for (const [webhookId, left] of capacity) values.push(webhookId, left)
  values.push(workspaces.length)
  for (const [workspaceId, left] of workspaces) values.push(workspaceId, left)
}

export function readOffer(values: FlatReader): LeaseOffer {
  return {
    token: values.next(),
    until: values.next(),
    limit: values.next(),
    capacityDefault: values.next(),
    workspaceDefault: values.next(),
    common: values.next(),
    reserve: values.next(),
    firstWaitMs: values.next(),
    capacity: values.rows((row) => [row.next<string>(), row.next<number>()] as const),
    workspaces: values.rows((row) => [row.next<string>(), row.next<number>()] as const),
  }
}

export function writeLeased(writer: FlatWriter, delivery: LeasedDelivery): void {
  writer.values.push(
    writer.shared(delivery.workspaceId),
    delivery.id,
    writer.shared(delivery.webhookId),
    delivery.webhookVersion,
    delivery.eventId,
    delivery.eventKey,
    delivery.orderKey,
    delivery.createdAt,
    delivery.attempts,
    delivery.scheduledAttempts,
    delivery.trigger,
    delivery.succeededBefore,
    writer.shared(delivery.leaseToken),
    delivery.place,
  )
}

export function readLeased(values: FlatReader): LeasedDelivery {
  return {
    workspaceId: values.shared(),
    id: values.next(),
    webhookId: values.shared(),
    webhookVersion: values.next(),
    eventId: values.next(),
    eventKey: values.next(),
    orderKey: values.next(),
    createdAt: values.next(),
    attempts: values.next(),
    scheduledAttempts: values.next(),
    trigger: values.next(),
    succeededBefore: values.next(),
    leaseToken: values.shared(),
    place: values.next(),
  }
}

export function writeClaimed(writer: FlatWriter, delivery: ClaimedDelivery): void {
  writeLeased(writer, delivery)
  writer.values.push(delivery.envelope, delivery.envelopeBytes)
}

export function readClaimed(values: FlatReader): ClaimedDelivery {
  return { ...readLeased(values), envelope: values.next(), envelopeBytes: values.next() }
}
