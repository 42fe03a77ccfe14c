// Owns the results and the reply of `recordAttempts` as flat values (`flat-values.ts`).
import type { AttemptRecord, AttemptResult, RecordAttemptsResult } from '../../storage.ts'
import { readClaimed, writeClaimed } from './flat-deliveries.ts'
import type { FlatReader, FlatWriter } from './flat-values.ts'

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
    result.isPulled ?? null,
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
    ...(values.next<true | null>() === true ? { isPulled: true } : {}),
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
