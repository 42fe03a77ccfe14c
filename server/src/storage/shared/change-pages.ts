// Owns what both backends make of the rows of the log: which changes a page has, and from where a stream goes on.
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import {
  CHANGES_SHOWN_MS,
  type ChangePosition,
  type ChangeStart,
  type DeliveryChange,
  WHOLE_ROW,
} from '../interface/stream-storage.ts'
import type { DeliveryRow } from '../storage.ts'
import { type ChangeEntry, readEntries } from './change-batch.ts'

export interface LogRow {
  readonly tx: number
  readonly seq: number
  readonly at: number
  readonly entries: string
}

/** What of a delivery never changes, and what the attempt of the change says. */
export type ChangedDelivery = Pick<
  DeliveryRow,
  'seq' | 'id' | 'webhookId' | 'subscriptionId' | 'eventId' | 'eventKey' | 'createdAt' | 'lastError' | 'responseStatus'
>

export interface FoundChange {
  readonly position: ChangePosition
  readonly entry: ChangeEntry
}

/** So many rows are read at once: of one change each in the worst case, of 500 at best. */
export const PAGE_ROWS_MAX = 128

/** The first `limit` changes behind the position. @param rows of the log, from the row of the position on */
export function changesBehind(after: ChangePosition, rows: readonly LogRow[], limit: number): FoundChange[] {
  const found: FoundChange[] = []
  for (const { tx, seq, at, entries } of rows) {
    if (found.length >= limit) break
    const all = readEntries(entries)
    const isRowOfPosition = tx === after.tx && seq === after.seq
    for (let index = isRowOfPosition ? after.nth : 0; index < all.length && found.length < limit; index++) {
      const entry = all[index]
      const nth = index + 1 === all.length ? WHOLE_ROW : index + 1
      if (entry !== undefined) found.push({ position: { tx, seq, nth, at }, entry })
    }
  }
  return found
}

/** @param delivery undefined: it is gone */
export function changeOf({ position, entry }: FoundChange, delivery: ChangedDelivery | undefined): DeliveryChange {
  if (delivery === undefined) return { position, delivery: null }
  const [, , code, attempts, nextAttemptAt = null, updatedAt = null, error] = entry
  const status = DELIVERY_STATUSES[code] ?? 'queued'
  return {
    position,
    delivery: {
      ...delivery,
      status,
      attempts,
      nextAttemptAt,
      updatedAt: updatedAt ?? delivery.createdAt,
      lastError: error ?? delivery.lastError,
    },
  }
}

/** What a backend reads to find the start. */
export interface ChangeLogEnds {
  readonly first: Omit<LogRow, 'entries'> | undefined
  readonly last: Omit<LogRow, 'entries'> | undefined
  /** The row of the position that was asked for. */
  readonly own: Omit<LogRow, 'entries'> | undefined
}

/** See StreamStorage.locateChanges. */
export function changeStart(
  after: ChangePosition | null,
  { first, last, own }: ChangeLogEnds,
  now: number,
): ChangeStart {
  const end: ChangePosition =
    last === undefined
      ? { tx: 0, seq: 0, nth: WHOLE_ROW, at: now }
      : { tx: last.tx, seq: last.seq, nth: WHOLE_ROW, at: last.at }
  if (after === null) return { from: end, gap: null }
  const isOld = after.at < now - CHANGES_SHOWN_MS
  // Of an empty log nothing has been pruned since; the row of any other position is still there.
  const isThere = after.seq === 0 || own?.at === after.at
  if (isThere && !isOld) return { from: after, gap: null }
  // Too old: all that is left is shown. Of a log that is another one, after a restore, nobody knows what was seen.
  const from = isOld && first !== undefined ? { tx: 0, seq: 0, nth: WHOLE_ROW, at: first.at } : end
  return { from, gap: { from: after.at, until: isOld ? (first?.at ?? now) : now } }
}
