// Owns the opaque cursors of the history lists: which list, and the sequence number to go on from.
import { Refusal } from '@timbre/contract/errors.ts'
import { HISTORY_LIMIT_DEFAULT, type HistoryMeta } from '@timbre/contract/page.ts'
import type { History, HistoryRequest } from '../storage/storage.ts'

export type HistoryList = 'events' | 'deliveries' | 'attempts' | 'audit'

/** What the storage is asked for. Throws INVALID_CURSOR when `after` was not made by this list. */
export function historyRequest(
  list: HistoryList,
  { limit = HISTORY_LIMIT_DEFAULT, after }: { readonly limit?: number; readonly after?: string },
): HistoryRequest {
  return { limit, before: after === undefined ? null : decodeCursor(list, after) }
}

/** A page of history as it is shown. */
export function presentHistory<Row, Shown>(
  list: HistoryList,
  { limit }: HistoryRequest,
  history: History<Row>,
  present: (row: Row) => Shown,
): { data: Shown[]; meta: HistoryMeta } {
  const nextCursor = history.next === null ? null : encodeCursor(list, history.next)
  return { data: history.rows.map(present), meta: { limit, nextCursor, hasNext: nextCursor !== null } }
}

function encodeCursor(list: HistoryList, before: number): string {
  return Buffer.from(`${list}:${before}`).toString('base64url')
}

function decodeCursor(list: HistoryList, cursor: string): number {
  const digits = /^([a-z]+):(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const before = Number(digits?.[2])
  // Encoding again catches every other spelling of the same bits.
  if (digits?.[1] !== list || !Number.isSafeInteger(before) || encodeCursor(list, before) !== cursor) {
    throw new Refusal('INVALID_CURSOR')
  }
  return before
}
