// Owns the results and the answer of `recordAttempts` as flat values (`flat-values.ts`).
import type { AttemptRecord, AttemptResult, RecordAnswer } from '../storage.ts'
import { readClaimed, writeClaimed } from './flat-deliveries.ts'
import { type FlatReader, writeRows } from './flat-values.ts'

export function writeResult(values: unknown[], result: AttemptResult): void {
  const { lease } = result
  values.push(
    lease.workspaceId,
    lease.id,
    lease.leaseToken,
    result.webhookId,
    result.status,
    result.nextAttemptAt,
    result.countsForSchedule,
    result.disableWebhook,
    // Rare, and few.
    result.announce.length === 0 ? null : result.announce,
  )
  writeAttempt(values, result.attempt)
}

export function readResult(values: FlatReader): AttemptResult {
  return {
    lease: { workspaceId: values.next(), id: values.next(), leaseToken: values.next() },
    webhookId: values.next(),
    status: values.next(),
    nextAttemptAt: values.next(),
    countsForSchedule: values.next(),
    disableWebhook: values.next(),
    announce: values.next<AttemptResult['announce'] | null>() ?? [],
    attempt: readAttempt(values),
  }
}

function writeAttempt(values: unknown[], attempt: AttemptRecord): void {
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

export function writeRecordAnswer(values: unknown[], { written, leased, overflow }: RecordAnswer): void {
  values.push(overflow, written)
  writeRows(values, leased, writeClaimed)
}

export function readRecordAnswer(values: FlatReader): RecordAnswer {
  return { overflow: values.next(), written: values.next(), leased: values.rows(readClaimed) }
}
